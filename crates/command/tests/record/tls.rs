//! Servers with certificates.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{
    command::{Printed, run_with},
    skipped::skipped,
};

#[test]
fn only_trusted_certificates_are_accepted() {
    let Some(server) = Server::start() else {
        skipped("TLS of `record`, because `openssl` is missing");
        return;
    };
    let refused = server.record(&[]);
    assert_eq!((refused.code, &*refused.output), (2, ""), "{refused:?}");
    assert_eq!(refused.errors.lines().count(), 1, "{}", refused.errors);
    let sentence = "the server's certificate is not trusted (invalid peer certificate: ";
    assert!(refused.errors.contains(sentence), "{}", refused.errors);

    let certificate = server.folder.join("certificate.pem");
    let recorded = server.record(&[("SSL_CERT_FILE", &certificate)]);
    assert_eq!(recorded.code, 0, "{recorded:?}");
    assert!(recorded.output.ends_with("GET  /pets  -  passed\n"));
}

/// OpenSSL's test server, which serves files that are whole responses.
struct Server {
    process: Child,
    folder: PathBuf,
    port: u16,
}

impl Server {
    fn start() -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("record-tls-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let response =
            "HTTP/1.1 200 OK\r\nx-amz-apigw-id: JrtEUESLAi0F5hg=\r\nContent-Length: 0\r\n\r\n";
        fs::write(folder.join("pets"), response).unwrap();
        let made = openssl(&folder)
            .args(
                "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -days 1"
                    .split(' '),
            )
            .args("-subj /CN=localhost -addext subjectAltName=DNS:localhost".split(' '))
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .stderr(Stdio::null())
            .status();
        assert!(made.ok()?.success());
        let mut process = openssl(&folder)
            .args(
                "s_server -accept 127.0.0.1:0 -cert certificate.pem -key key.pem -HTTP".split(' '),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let lines = BufReader::new(process.stdout.take()?).lines();
        let address = lines
            .map_while(Result::ok)
            .find(|line| line.starts_with("ACCEPT "));
        let port = address
            .unwrap()
            .rsplit_once(':')
            .unwrap()
            .1
            .parse()
            .unwrap();
        Some(Self {
            process,
            folder,
            port,
        })
    }

    fn record(&self, variables: &[(&str, &Path)]) -> Printed {
        let url = format!("https://localhost:{}", self.port);
        run_with(&["record", "-", "--url", &url], "GET /pets -", variables)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn openssl(folder: &Path) -> Command {
    let mut command = Command::new("openssl");
    command.current_dir(folder);
    command
}
