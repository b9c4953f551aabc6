//! The real Envoy, with the configuration of `docs/ext-authz.md`.

use std::{
    env, fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::guard::Guard;

/// Envoy in front of an upstream that answers with the request that it has received.
pub(crate) struct Envoy {
    process: Child,
    pub(crate) address: SocketAddr,
    _folder: TempDir,
}

impl Drop for Envoy {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Envoy {
    /// `None` if Envoy is not installed.
    pub(crate) fn start(guard: SocketAddr, change: impl Fn(String) -> String) -> Option<Self> {
        Self::before(echo(), guard, change)
    }

    /// In front of this upstream.
    pub(crate) fn before(
        upstream: SocketAddr,
        guard: SocketAddr,
        change: impl Fn(String) -> String,
    ) -> Option<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let program = env::split_paths(&path).map(|folder| folder.join("envoy"));
        let Some(program) = program.into_iter().find(|program| program.is_file()) else {
            crate::skipped::skipped("the real Envoy in front of `ext-authz`: envoy is missing");
            return None;
        };
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("envoy.yaml");
        let admin = folder.path().join("admin");
        let with_ports = documented()
            .replace("port_value: 8080", "port_value: 0")
            .replace(
                "port_value: 8000",
                &format!("port_value: {}", upstream.port()),
            )
            .replace("port_value: 9002", &format!("port_value: {}", guard.port()));
        let own = "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n";
        fs::write(&config, change(own.to_owned() + &with_ports)).unwrap();
        let process = Command::new(program)
            .args([
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "--log-level",
                "error",
            ])
            .arg("--config-path")
            .arg(&config)
            .arg("--admin-address-path")
            .arg(&admin)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut envoy = Self {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            _folder: folder,
        };
        envoy.address = envoy.listener(&admin);
        Some(envoy)
    }

    /// Asks Envoy's administration for the port, until there is one.
    fn listener(&mut self, admin: &Path) -> SocketAddr {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(120) {
            assert!(
                self.process.try_wait().unwrap().is_none(),
                "Envoy has ended"
            );
            let admin = fs::read_to_string(admin).ok();
            let admin = admin.and_then(|address| address.trim().parse().ok());
            let listeners = admin.and_then(|admin| try_get(admin, "/listeners", &[]));
            let address = listeners.and_then(|text| {
                // `NAME::ADDRESS`, in a chunk of the answer.
                let mut addresses = text.lines().filter_map(|line| line.split("::").nth(1));
                addresses.next()?.trim().parse::<SocketAddr>().ok()
            });
            // It may wait for its clusters before it listens.
            let listening = address.filter(|address| TcpStream::connect(address).is_ok());
            if let Some(address) = listening {
                return address;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("Envoy does not listen");
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> String {
        try_get(self.address, path, headers).unwrap()
    }
}

/// The first configuration of the page.
fn documented() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ext-authz.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, after) = page.split_once("```yaml\n").unwrap();
    after.split_once("```").unwrap().0.to_owned()
}

/// The whole answer, or `None` if nobody answers.
fn try_get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: pets.example\r\nconnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// An upstream whose answers show what it received.
fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n")
                && stream.read(&mut byte).is_ok_and(|read| read > 0)
            {
                request.push(byte[0]);
            }
            let head = format!(
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                request.len()
            );
            let _ = stream.write_all(&[head.into_bytes(), request].concat());
        }
    });
    address
}

#[test]
fn the_documented_configuration_guards_an_upstream() {
    let guard = Guard::start(&[
        "--context-header",
        "x-user=principalId",
        "--context-header",
        "x-team=team",
    ]);
    let Some(envoy) = Envoy::start(guard.server.address, |config| config) else {
        return;
    };
    let forged = [("x-user", "root"), ("x_user", "root"), ("x-team", "root")];
    let ann = [&[("authorization", "ann")][..], &forged].concat();

    let allowed = envoy.get("/pets?a=b", &ann);
    assert!(allowed.starts_with("HTTP/1.1 200 "), "{allowed}");
    assert!(allowed.contains("GET /pets?a=b HTTP/1.1\r\n"), "{allowed}");
    assert!(allowed.contains("x-user: ann\r\n"), "{allowed}");
    assert!(!allowed.contains("root"), "{allowed}");
    let open = envoy.get("/health", &forged);
    assert!(open.starts_with("HTTP/1.1 200 "), "{open}");
    assert!(!open.contains("root"), "{open}");

    let unauthorized = envoy.get("/pets", &forged);
    assert!(unauthorized.starts_with("HTTP/1.1 401 "), "{unauthorized}");
    assert!(
        unauthorized.contains("x-amzn-errortype: UnauthorizedException\r\n"),
        "{unauthorized}"
    );
    assert!(
        unauthorized.ends_with("\r\n\r\n{\"message\":\"Unauthorized\"}"),
        "{unauthorized}"
    );
    let denied = envoy.get("/pets/7", &[&ann[..], &[("x-asked", "y")]].concat());
    assert!(denied.starts_with("HTTP/1.1 418 "), "{denied}");
    for header in [
        "content-type: application/json",
        "x-asked: y",
        "access-control-allow-origin: https://pets.example",
    ] {
        assert_eq!(
            denied.matches(&format!("\r\n{header}\r\n")).count(),
            1,
            "{denied}"
        );
    }
    assert!(denied.ends_with("\"tänant\": \"Käse & Co\"}"), "{denied}");
    let twice = envoy.get(
        "/pets",
        &[
            ("authorization", "bob"),
            ("authorization", "ann"),
            ("x-user", "root"),
        ],
    );
    assert!(!twice.starts_with("HTTP/1.1 200 "), "{twice}");
}

#[test]
fn without_the_server_nothing_passes_as_documented() {
    let guard = Guard::start(&[]);
    let address = guard.server.address;
    let Some(envoy) = Envoy::start(address, |config| config) else {
        return;
    };
    assert!(envoy.get("/health", &[]).starts_with("HTTP/1.1 200 "));
    drop(guard);
    let gone = envoy.get("/health", &[]);
    assert!(gone.starts_with("HTTP/1.1 503 "), "{gone}");
}

/// Even if Envoy lets requests through after an error, no client can cause one.
#[test]
fn a_client_cannot_cause_an_error() {
    let guard = Guard::start(&[]);
    let lenient = |config: String| {
        assert!(config.contains("failure_mode_allow: false"));
        config
            .replace("failure_mode_allow: false", "failure_mode_allow: true")
            .replace(
                "encode_raw_headers: true",
                "with_request_body: {max_request_bytes: 4000000}",
            )
    };
    let Some(envoy) = Envoy::start(guard.server.address, lenient) else {
        return;
    };
    let long = "a".repeat(50_000);
    let paths = [
        "/pets",
        "//pets",
        "/pets%2f",
        "/pets/%00",
        "/pets\\",
        "/pets/../here",
        "/pets?%ff",
    ];
    let values = ["bob", "b\u{e4}", "b\u{7}", "eve", &long];
    for path in paths {
        for value in values {
            let answer = envoy.get(path, &[("authorization", value)]);
            assert!(
                !answer.starts_with("HTTP/1.1 200 "),
                "{path} {value}: {answer}"
            );
        }
    }
    let mut stream = TcpStream::connect(envoy.address).unwrap();
    let body = "b".repeat(2_000_000);
    let head = format!(
        "GET /pets HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}
