//! Messages that two servers could read as different requests. The upstream reads what the guard has read, or nothing.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use crate::{
    client::{DEADLINE, connect, rest, send},
    protected::Protected,
    upstream::Recorder,
};

const HEAD: &str = "POST /open HTTP/1.1\r\nhost: shop.example\r\n";

/// What would be a request to the guarded path if the upstream read the body as one.
const SMUGGLED: &str = "GET /pets HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

fn allowed(answers: &str) -> usize {
    answers.matches("HTTP/1.1 200").count()
}

#[test]
fn no_second_request_reaches_the_upstream_behind_the_guard() {
    for framing in [
        "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
        "content-length: 0\r\ncontent-length: 38\r\n\r\n",
        "content-length: 0, 38\r\n\r\n",
        "content-length: +0\r\n\r\n",
        "content-length: 0x0\r\n\r\n",
        "content-length: -1\r\n\r\n",
        "content-length : 0\r\n\r\n",
        "transfer-encoding: xchunked\r\n\r\n",
        "transfer-encoding: identity\r\n\r\n",
        "transfer-encoding: chunked, identity\r\n\r\n",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n",
        "transfer-encoding\r\n: chunked\r\n\r\n0\r\n\r\n",
        " transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding:\u{b}chunked\r\n\r\n0\r\n\r\n",
        "x: y\r\n transfer-encoding: chunked\r\n\r\n",
        "x: y\rtransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n0;a\nb\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n-1\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n0\n\r\n",
        "transfer-encoding: chunked\r\n\r\n1_\r\na\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nffffffffffffffff1\r\na\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n1\r\naX0\r\n\r\n",
    ] {
        let upstream = Recorder::start();
        let protected = Protected::start(upstream.address);
        let mut stream = connect(protected.address());
        let message = format!("{HEAD}{framing}{SMUGGLED}");
        stream.write_all(message.as_bytes()).unwrap();
        // A server that waits for more must not find it. On a busy machine, it may also be late.
        stream
            .set_read_timeout(Some(Duration::from_secs(1)))
            .unwrap();
        let (begun, mut answer) = (Instant::now(), rest(&mut stream));
        while allowed(&answer) < upstream.requests().len() && begun.elapsed() < DEADLINE {
            answer += &rest(&mut stream);
        }
        for request in upstream.requests() {
            assert!(
                request.starts_with("POST /open HTTP/1.1\r\n"),
                "{framing:?}: {request}"
            );
            assert!(!request.contains("GET /pets"), "{framing:?}: {request}");
            let is_framed_twice =
                request.contains("content-length") && request.contains("transfer-encoding");
            assert!(!is_framed_twice, "{framing:?}: {request}");
        }
        // If the second request was read at all, it was read by the guard.
        let answers: Vec<_> = answer.matches("HTTP/1.1 ").collect();
        assert!(answers.len() <= 2, "{framing:?}: {answer}");
        assert_eq!(
            allowed(&answer),
            upstream.requests().len(),
            "{framing:?}: {answer}"
        );
    }
}

#[test]
fn a_body_with_a_second_request_is_a_body() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let length = SMUGGLED.len();
    let message = format!("{HEAD}connection: close\r\ncontent-length: {length}\r\n\r\n{SMUGGLED}");
    assert!(send(protected.address(), message).starts_with("HTTP/1.1 200"));
    let request = upstream.request();
    assert!(
        request.contains(&format!("content-length: {length}\r\n")),
        "{request}"
    );
    assert!(request.ends_with(SMUGGLED), "{request}");
}

#[test]
fn requests_of_one_connection_are_guarded_one_by_one() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let message = "GET /open HTTP/1.1\r\nhost: x\r\n\r\nGET /pets HTTP/1.1\r\nhost: x\r\n\r\n\
        GET /open/2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = send(protected.address(), message);
    let statuses: Vec<_> = answer
        .match_indices("HTTP/1.1 ")
        .map(|(at, _)| &answer[at + 9..at + 12])
        .collect();
    assert_eq!(statuses, ["200", "401", "200"]);
    assert_eq!(upstream.requests().len(), 2);
}

#[test]
fn heads_without_end_are_refused() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let many = "x: y\r\n".repeat(101);
    let answer = send(protected.address(), format!("{HEAD}{many}\r\n"));
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = "y".repeat(1 << 20);
    let answer = send(protected.address(), format!("{HEAD}x: {long}\r\n\r\n"));
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    let answer = send(
        protected.address(),
        format!("GET /open?{long} HTTP/1.1\r\n\r\n"),
    );
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
    assert!(upstream.requests().is_empty());
}
