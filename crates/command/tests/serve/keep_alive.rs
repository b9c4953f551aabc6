//! `--upstream-keep-alive`: which requests share a connection to the upstream.

use std::{
    collections::HashSet,
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    client::{get, send},
    protected::Protected,
};

const KEPT: &[&str] = &["--upstream-keep-alive"];

/// A server whose body is the number of the connection. `answer` gets the head of a request and what the body would be.
fn numbers_connections(answer: fn(&str, &str) -> Option<String>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            thread::spawn(move || answer_all(stream.unwrap(), &number.to_string(), answer));
        }
    });
    address
}

fn answer_all(mut stream: TcpStream, number: &str, answer: fn(&str, &str) -> Option<String>) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        let head = String::from_utf8_lossy(&buffer[..read]).to_ascii_lowercase();
        let Some(answer) = answer(&head, number) else {
            break;
        };
        if stream.write_all(answer.as_bytes()).is_err() || head.contains("close\r\n") {
            break;
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn with_length(number: &str) -> String {
    let length = number.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{number}")
}

fn bodies_of(protected: &Protected, requests: usize) -> Vec<String> {
    let asked = (0..requests).map(|_| get(protected.address(), "/open", &[]).body);
    asked.collect()
}

/// Asks until a connection is used again, and returns those that were used. A connection is free a moment after its response,
/// so a request at once may need another one.
fn until_used_again(protected: &Protected) -> HashSet<String> {
    let mut used = HashSet::new();
    for _ in 0..1_000 {
        if !used.insert(get(protected.address(), "/open", &[]).body) {
            return used;
        }
    }
    panic!("each request has a connection of its own");
}

#[test]
fn connections_are_kept_only_if_that_is_asked_for() {
    let upstream = || numbers_connections(|_, number| Some(with_length(number)));
    let closing = Protected::start(upstream());
    assert_eq!(bodies_of(&closing, 3), ["0", "1", "2"]);
    let keeping = Protected::with(upstream(), KEPT);
    until_used_again(&keeping);
}

#[test]
fn a_request_that_could_be_read_differently_has_a_connection_of_its_own() {
    let upstream = numbers_connections(|_, number| Some(with_length(number)));
    let protected = Protected::with(upstream, KEPT);
    let mut used = until_used_again(&protected);
    for (request, rest) in [
        ("POST /open HTTP/1.1", "content-length: 1\r\n\r\nx"),
        ("POST /open HTTP/1.1", "\r\n"),
        ("DELETE /open HTTP/1.1", "\r\n"),
        ("OPTIONS /open HTTP/1.1", "\r\n"),
        ("GET /open HTTP/1.1", "content-length: 1\r\n\r\nx"),
        (
            "GET /open HTTP/1.1",
            "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        ("GET /open HTTP/1.1", "if-none-match: x\r\n\r\n"),
        ("GET /open HTTP/1.1", "if-modified-since: x\r\n\r\n"),
        ("GET /open HTTP/1.1", "expect: 100-continue\r\n\r\n"),
    ] {
        let request = format!("{request}\r\nhost: x\r\nconnection: close\r\n{rest}");
        let answer = send(protected.address(), &request);
        let (_, connection) = answer.rsplit_once("\r\n\r\n").unwrap();
        assert!(used.insert(connection.to_owned()), "{request}: {answer}");
    }
}

#[test]
fn a_connection_with_more_than_the_response_is_not_used_again() {
    let upstream = numbers_connections(|_, number| {
        Some(with_length(number) + "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged")
    });
    let protected = Protected::with(upstream, KEPT);
    assert_eq!(bodies_of(&protected, 5), ["0", "1", "2", "3", "4"]);
}

#[test]
fn neither_is_one_whose_response_has_two_ends() {
    let upstream = numbers_connections(|_, number| {
        let framing = "content-length: 6\r\ntransfer-encoding: chunked";
        let chunk = format!("1\r\n{number}\r\n0\r\n\r\n");
        Some(format!("HTTP/1.1 200 OK\r\n{framing}\r\n\r\n{chunk}"))
    });
    let protected = Protected::with(upstream, KEPT);
    for number in 0..3 {
        let answer = get(protected.address(), "/open", &[]).body;
        assert!(answer.contains(&format!("\r\n{number}\r\n")), "{answer}");
    }
}

#[test]
fn a_request_is_sent_again_if_the_upstream_has_closed_the_connection_meanwhile() {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    let upstream = numbers_connections(|head, number| {
        // As if it came while the server closes the connection, which it does without `Connection: close`.
        let newest = LAST.fetch_max(number.parse().unwrap(), Ordering::Relaxed);
        let is_new = number.parse::<usize>().unwrap() > newest;
        (is_new || !head.contains("x-second")).then(|| with_length(number))
    });
    let protected = Protected::with(upstream, KEPT);
    until_used_again(&protected);
    let again = get(protected.address(), "/open", &["x-second: true"]);
    assert_eq!(again.status, 200);
}

#[test]
fn a_request_is_sent_again_only_once() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let upstream = numbers_connections(|head, number| {
        if head.contains("x-second") {
            ASKED.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(with_length(number))
    });
    let protected = Protected::with(upstream, KEPT);
    until_used_again(&protected);
    let again = get(protected.address(), "/open", &["x-second: true"]);
    assert_eq!(again.status, 502);
    // Once if no kept connection was free yet.
    assert!((1..=2).contains(&ASKED.load(Ordering::Relaxed)));
}

#[test]
fn a_request_on_a_new_connection_is_not_sent_again() {
    let upstream = numbers_connections(|_, number| (number != "0").then(|| with_length(number)));
    let protected = Protected::with(upstream, KEPT);
    assert_eq!(get(protected.address(), "/open", &[]).status, 502);
    assert_eq!(bodies_of(&protected, 1), ["1"]);
}

#[test]
fn neither_is_one_whose_response_cannot_be_read() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let upstream = numbers_connections(|head, number| {
        let answer = with_length(number);
        if !head.contains("x-second") {
            return Some(answer);
        }
        ASKED.fetch_add(1, Ordering::Relaxed);
        Some(answer.replace("HTTP", "FTP"))
    });
    let protected = Protected::with(upstream, KEPT);
    until_used_again(&protected);
    let broken = get(protected.address(), "/open", &["x-second: true"]);
    assert_eq!(broken.status, 502);
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
}
