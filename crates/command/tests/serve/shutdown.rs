//! The end of the server.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use axum::{Router, routing::post};

use crate::{
    client::{DEADLINE, connect, get, get_under, rest, until},
    protected::{Protected, api, folder},
    skipped::skipped,
    upstream::{App, Recorder},
};

#[test]
fn a_request_that_is_running_is_answered() {
    let upstream =
        App::start(Router::new().route("/open/upload", post(|body: String| async { body })));
    let mut protected = Protected::start(upstream.address);
    let mut stream = connect(protected.address());
    let head = "POST /open/upload HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    until(&mut stream, "100 Continue");
    let address = protected.address();
    let ended = thread::spawn(move || protected.server.terminate());
    // It no longer accepts connections.
    let begun = Instant::now();
    while std::net::TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < DEADLINE);
    }
    stream.write_all(b"ok").unwrap();
    let answer = rest(&mut stream);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok"),
        "{answer}"
    );
    assert_eq!(ended.join().unwrap(), Some(0));
}

#[test]
fn health_says_that_the_server_ends() {
    let upstream =
        App::start(Router::new().route("/open/upload", post(|body: String| async { body })));
    let mut protected = Protected::with(upstream.address, &["--admin", "127.0.0.1:0"]);
    let admin = protected.server.admin.unwrap();
    let health = || get_under("localhost", admin, "/health");
    assert_eq!(health().status, 200);
    let mut stream = connect(protected.address());
    let head = "POST /open/upload HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    until(&mut stream, "100 Continue");
    let ended = thread::spawn(move || protected.server.terminate());
    let begun = Instant::now();
    let last = loop {
        let reply = health();
        if reply.status != 200 || begun.elapsed() > DEADLINE {
            break reply;
        }
    };
    assert_eq!(last.status, 503);
    assert!(last.body.contains(r#""status":"ending""#), "{}", last.body);
    stream.write_all(b"ok").unwrap();
    assert_eq!(ended.join().unwrap(), Some(0));
}

#[test]
fn idle_connections_do_not_delay_the_end() {
    let mut protected = Protected::start(Recorder::start().address);
    let mut idle = connect(protected.address());
    idle.write_all(b"GET /open HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    until(&mut idle, "\r\n\r\n");
    let _silent = connect(protected.address());
    let begun = Instant::now();
    assert_eq!(protected.server.terminate(), Some(0));
    // Requests that are running have ten seconds.
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
}

#[test]
fn a_terminal_that_shows_nothing_does_not_delay_the_end() {
    let folder = folder(&api());
    let mut command = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"));
    command
        .args(["serve", "api.json", "--upstream", "http://127.0.0.1:9"])
        .args(["--function", "answers.json", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It stays open, and nothing after these lines is read.
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        if let Some(address) = line.trim_end().strip_prefix("listening on http://") {
            break address.parse().unwrap();
        }
    };
    let mut stream = connect(address);
    let refused = "GET /pets HTTP/1.1\r\nhost: x\r\n\r\n".repeat(100);
    for _ in 0..30 {
        stream.write_all(refused.as_bytes()).unwrap();
        let mut answers = String::new();
        while answers.matches("HTTP/1.1 401").count() < 100 {
            answers.push_str(&until(&mut stream, "}"));
        }
    }
    let id = child.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() && begun.elapsed() < DEADLINE {
        thread::sleep(Duration::from_millis(5));
    }
    let has_ended = child.try_wait().unwrap().is_some();
    let _ = child.kill();
    drop(errors);
    assert!(has_ended);
}

#[test]
fn a_hangup_reads_the_files_again_and_loses_no_request() {
    let upstream = Recorder::start();
    let mut protected = Protected::start(upstream.address);
    let allowed = || get(protected.address(), "/pets", &["authorization: allow"]).status;
    assert_eq!(allowed(), 200);
    for round in 1..3 {
        let id = protected.server.id().to_string();
        Command::new("kill").args(["-HUP", &id]).status().unwrap();
        let begun = Instant::now();
        let errors = || protected.server.errors();
        while errors().matches("api.json: read again").count() < round {
            assert!(begun.elapsed() < DEADLINE, "{}", errors());
            assert_eq!(allowed(), 200);
        }
    }
    assert_eq!(protected.server.terminate(), Some(0));
}

/// Starts the server in a terminal, closes the terminal, and prints how the server has ended.
const IN_A_TERMINAL: &str = r#"
import os, pty, sys
server, terminal = pty.fork()
if server == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b""
while b"listening on" not in shown or not shown.endswith(b"\n"):
    shown += os.read(terminal, 4096)
os.close(terminal)
print(os.waitpid(server, 0)[1])
"#;

#[test]
fn a_terminal_that_is_closed_ends_the_server() {
    let folder = folder(&api());
    let mut python = Command::new("python3");
    python
        .args(["-c", IN_A_TERMINAL, env!("CARGO_BIN_EXE_lambda-authorizer")])
        .args(["serve", "api.json", "--upstream", "http://127.0.0.1:9"])
        .args(["--function", "answers.json", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path());
    let Ok(output) = python.output() else {
        return skipped("closing a terminal: there is no `python3`");
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout), "0\n", "{output:?}");
}
