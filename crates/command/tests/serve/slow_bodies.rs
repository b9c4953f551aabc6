//! Many clients that send slowly. `SLOW_BODIES=10000` sets how many; `ulimit -n` of the shell must allow as many.

use std::{
    io::Write,
    net::{Ipv4Addr, TcpListener, TcpStream},
    process::Command,
};

use axum::{
    Router,
    body::Bytes,
    routing::{get as get_route, post},
};

use crate::{
    client::{connect, get, rest},
    process::Server,
    protected::{api, folder},
    upstream::App,
};

/// Answers with the length of the body.
fn upstream() -> App {
    let length = |body: Bytes| async move { body.len().to_string() };
    let router = Router::new()
        .route("/open/upload", post(length))
        .route("/open/other", get_route(async || "served"));
    App::start(router)
}

#[test]
fn slow_bodies_do_not_hold_up_others() {
    hold_up_nobody(&[]);
}

/// Although a server allows some hundred streams on one connection.
#[test]
fn slow_bodies_do_not_hold_up_others_over_http2() {
    hold_up_nobody(&["--upstream-http2"]);
}

#[track_caller]
fn hold_up_nobody(options: &[&str]) {
    let count: usize = std::env::var("SLOW_BODIES").map_or(1_000, |count| count.parse().unwrap());
    let (folder, upstream) = (folder(&api()), upstream());
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\"",
            env!("CARGO_BIN_EXE_lambda-authorizer"),
        ])
        .args([
            "serve",
            "api.json",
            "--function",
            "answers.json",
            "--listen",
            "127.0.0.1:0",
        ])
        .args(["--upstream", &format!("http://{}", upstream.address)])
        .args(options)
        .current_dir(folder.path());
    let server = Server::spawn(command);
    let before = resident_kib(&server);
    let mut clients: Vec<TcpStream> = (0..count)
        .map(|_| {
            let mut stream = connect(server.address);
            let head = "POST /open/upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\na";
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    for client in &mut clients {
        client.write_all(b"b").unwrap();
    }
    // All of them are waiting, and others are served.
    for _ in 0..20 {
        assert_eq!(get(server.address, "/pets", &[]).status, 401);
        assert_eq!(get(server.address, "/open/other", &[]).status, 200);
    }
    let during = resident_kib(&server);
    if let (Some(before), Some(during)) = (before, during) {
        let each = during.saturating_sub(before) * 1024 / count as u64;
        println!(
            "{count} slow bodies: {before} KiB before, {during} KiB with them, {each} bytes each"
        );
        assert!(each < 64 * 1024, "{each} bytes for each");
    }
    for mut client in clients {
        client.write_all(b"c").unwrap();
        let answer = rest(&mut client);
        assert!(
            answer.starts_with("HTTP/1.1 200") && answer.ends_with('3'),
            "{answer}"
        );
    }
}

/// Where the system tells it.
fn resident_kib(server: &Server) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[test]
fn a_client_that_sends_no_request_holds_up_nobody() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let protected = crate::protected::Protected::start(listener.local_addr().unwrap());
    let _silent: Vec<_> = (0..100).map(|_| connect(protected.address())).collect();
    let mut begun = connect(protected.address());
    begun.write_all(b"GET /open HT").unwrap();
    assert_eq!(get(protected.address(), "/pets", &[]).status, 401);
}
