//! The end of the server.

use std::io::Write;

use axum::{Router, routing::post};

use crate::{
    client::{connect, rest, until},
    protected::Protected,
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
    let ended = std::thread::spawn(move || protected.server.terminate());
    // It no longer accepts connections.
    let begun = std::time::Instant::now();
    while std::net::TcpStream::connect(address).is_ok() {
        assert!(begun.elapsed() < crate::client::DEADLINE);
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
fn idle_connections_do_not_delay_the_end() {
    let mut protected = Protected::start(Recorder::start().address);
    let mut idle = connect(protected.address());
    idle.write_all(b"GET /open HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    until(&mut idle, "\r\n\r\n");
    let _silent = connect(protected.address());
    let begun = std::time::Instant::now();
    assert_eq!(protected.server.terminate(), Some(0));
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
