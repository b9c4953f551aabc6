//! Real proxies with the configurations of docs/forward-auth.md.

use std::{
    env, fs,
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{ports::free_port, skipped::skipped};

/// Nothing here takes as long, unless it hangs.
const DEADLINE: Duration = Duration::from_secs(120);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Caddy,
}

impl Kind {
    /// Those that are installed. Says what is skipped without the others.
    pub(crate) fn installed() -> Vec<Self> {
        let (found, missing): (Vec<_>, Vec<_>) = [Self::Nginx, Self::Caddy]
            .into_iter()
            .partition(|kind| kind.is_installed());
        for kind in missing {
            skipped(&format!(
                "forward-auth behind {}, which is not installed",
                kind.program()
            ));
        }
        found
    }

    fn program(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Caddy => "caddy",
        }
    }

    /// Debian installs servers where only the administrator's shell looks.
    fn is_installed(self) -> bool {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
        folders
            .map(|folder| folder.join(self.program()))
            .any(|program| program.is_file())
    }

    /// The documented configuration, with header names that contain underscores. nginx drops these by default.
    pub(crate) fn with_underscores(self) -> String {
        self.documented().replace(
            "auth_request /_forward_auth;",
            "auth_request /_forward_auth;\n    underscores_in_headers on;",
        )
    }

    /// The documented configuration, for clients that use HTTP/2 without TLS.
    pub(crate) fn with_http_2(self) -> String {
        let documented = self.documented();
        match self {
            Self::Nginx => documented.replace("127.0.0.1:8080;", "127.0.0.1:8080 http2;"),
            Self::Caddy => {
                let end = "auto_https off\n";
                let protocols = "\tservers {\n\t\tprotocols h1 h2c\n\t}\n";
                CADDY_OPTIONS.replace(end, &format!("{end}{protocols}")) + &documented
            }
        }
    }

    /// The configuration in the documentation.
    pub(crate) fn documented(self) -> String {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/forward-auth.md");
        let page = fs::read_to_string(page).unwrap();
        let block = match self {
            Self::Nginx => "```nginx\n",
            Self::Caddy => "```caddyfile\n",
        };
        let (_, block) = page.split_once(block).unwrap();
        let (block, _) = block.split_once("```").unwrap();
        block.to_owned()
    }
}

/// A proxy that runs. It is killed on drop.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    child: Child,
    _folder: TempDir,
}

impl Proxy {
    /// Starts the documented configuration.
    pub(crate) fn start(kind: Kind, forward_auth: SocketAddr, upstream: SocketAddr) -> Self {
        Self::start_with(kind, &kind.documented(), forward_auth, upstream)
    }

    /// Starts a configuration with the addresses of the documentation, in whose place the real ones come.
    pub(crate) fn start_with(
        kind: Kind,
        configuration: &str,
        forward_auth: SocketAddr,
        upstream: SocketAddr,
    ) -> Self {
        let configuration = configuration
            .replace("127.0.0.1:9001", &forward_auth.to_string())
            .replace("127.0.0.1:8000", &upstream.to_string());
        // Another program may take the port before the proxy does.
        let attempts = (0..5).find_map(|_| Self::try_start(kind, &configuration));
        attempts.expect("the proxy starts")
    }

    fn try_start(kind: Kind, configuration: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let configuration = configuration.replace("8080", &address.port().to_string());
        let child = match kind {
            Kind::Nginx => nginx(folder.path(), &configuration),
            Kind::Caddy => caddy(folder.path(), &configuration),
        };
        let mut proxy = Self {
            address,
            child,
            _folder: folder,
        };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if proxy.child.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(begun.elapsed() < DEADLINE, "{kind:?} does not start");
            thread::sleep(Duration::from_millis(5));
        }
        Some(proxy)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One process, so that nothing is left over when it is killed.
fn nginx(folder: &Path, configuration: &str) -> Child {
    let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let folders = folders.map(|name| format!("    {name}_temp_path {name};\n"));
    let whole = format!(
        "daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log errors;\nevents {{}}\nhttp {{\n    access_log \
         off;\n{}{configuration}}}\n",
        folders.concat()
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, whole).unwrap();
    let program = match Path::new("/usr/sbin/nginx") {
        program if program.is_file() => program,
        _ => Path::new("nginx"),
    };
    Command::new(program)
        .arg("-p")
        .arg(folder)
        .arg("-e")
        .arg("errors")
        .arg("-c")
        .arg(&file)
        .stdin(Stdio::null())
        .spawn()
        .unwrap()
}

const CADDY_OPTIONS: &str = "{\n\tadmin off\n\tauto_https off\n}\n";

/// The configuration may begin with options of its own.
fn caddy(folder: &Path, configuration: &str) -> Child {
    let has_options = configuration.starts_with('{');
    let options = if has_options { "" } else { CADDY_OPTIONS };
    let whole = format!("{options}{configuration}");
    let file = folder.join("Caddyfile");
    fs::write(&file, whole).unwrap();
    let log = fs::File::create(folder.join("log")).unwrap();
    Command::new("caddy")
        .args(["run", "--config"])
        .arg(&file)
        .env("HOME", folder)
        .env("XDG_DATA_HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap()
}
