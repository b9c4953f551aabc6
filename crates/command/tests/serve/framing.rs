//! Bodies of any method arrive as they were sent, and no response is taken for that of another request.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
};

use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use hyper::body::Frame;

use crate::{
    client::{get, send},
    http2::{client, full},
    protected::Protected,
    upstream::Recorder,
};

#[test]
fn a_chunked_body_arrives_with_every_method() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    for method in ["GET", "DELETE", "OPTIONS", "POST", "PURGE"] {
        let head = format!("{method} /open HTTP/1.1\r\nhost: x\r\nconnection: close\r\n");
        let chunked = format!("{head}transfer-encoding: chunked\r\n\r\n6\r\na body\r\n0\r\n\r\n");
        let answer = send(protected.address(), chunked);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        let request = upstream.requests().pop().unwrap();
        assert!(request.starts_with(method), "{request}");
        let is_whole = request.ends_with("\r\n\r\n6\r\na body\r\n0\r\n\r\n");
        assert!(is_whole, "{request}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_http_2_without_a_length_arrives_with_get() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let frames = [Ok::<_, std::io::Error>(Frame::data(Bytes::from("a body")))];
    let body = http_body_util::StreamBody::new(futures_util::stream::iter(frames));
    let request = Request::get(protected.server.url("/open")).body(body.boxed_unsync());
    let reply = client().request(request.unwrap()).await.unwrap();
    assert_eq!(reply.status(), 200);
    let request = upstream.request();
    assert!(
        request.ends_with("\r\n6\r\na body\r\n0\r\n\r\n"),
        "{request}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_length_that_is_given_twice_arrives_once() {
    let upstream = Recorder::start();
    let protected = Protected::start(upstream.address);
    let request = Request::post(protected.server.url("/open"))
        .header("content-length", "6")
        .header("content-length", "6")
        .body(full("a body"));
    let reply = client().request(request.unwrap()).await.unwrap();
    assert_eq!(reply.status(), 200);
    let request = upstream.request();
    assert_eq!(request.matches("content-length").count(), 1, "{request}");
}

#[test]
fn a_response_in_chunks_has_no_length() {
    let upstream = Recorder::answering(
        "HTTP/1.1 200 OK\r\ncontent-length: 60\r\ntransfer-encoding: chunked\r\n\r\n4\r\ntrue\r\n0\r\n\r\n",
    );
    let protected = Protected::start(upstream.address);
    let answer = get(protected.address(), "/open", &[]);
    assert_eq!(answer.header("content-length"), None, "{answer:?}");
    assert_eq!(answer.body, "4\r\ntrue\r\n0\r\n\r\n");
}

/// Sends more than its responses have. The rest comes late, when the next request is there.
fn answers_with_too_much() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            thread::spawn(move || answer_requests(stream.unwrap()));
        }
    });
    address
}

fn answer_requests(mut stream: TcpStream) {
    const FORGED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
    let mut late = "";
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        let request = String::from_utf8_lossy(&buffer[..read]);
        let without_body = if request.starts_with("HEAD") {
            Some("200 OK\r\ncontent-length: 44")
        } else if request.starts_with("DELETE") || request.contains("x-empty") {
            Some("204 No Content")
        } else if request.contains("if-none-match") || request.contains("if-modified-since") {
            Some("304 Not Modified")
        } else {
            None
        };
        let answer = match without_body {
            Some(head) => format!("HTTP/1.1 {head}\r\n\r\n"),
            None => "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue".to_owned(),
        };
        if stream
            .write_all((late.to_owned() + &answer).as_bytes())
            .is_err()
        {
            return;
        }
        let has_more = without_body.is_some() || request.contains("x-longer");
        late = if has_more { FORGED } else { "" };
    }
}

#[test]
fn what_follows_a_response_is_no_answer_to_another_request() {
    answers_each_with_its_own(&[], &[WITHOUT_BODY.as_slice(), &[LONGER]].concat());
}

#[test]
fn neither_is_a_body_where_none_is_allowed_if_connections_are_kept() {
    answers_each_with_its_own(&["--upstream-keep-alive"], &WITHOUT_BODY);
}

/// Methods and fields whose response has no body, and its status.
const WITHOUT_BODY: [(&str, &str, &str); 5] = [
    ("HEAD", "accept: */*", "200"),
    ("DELETE", "accept: */*", "204"),
    ("GET", "x-empty: true", "204"),
    ("GET", "if-none-match: x", "304"),
    ("GET", "if-modified-since: x", "304"),
];

const LONGER: (&str, &str, &str) = ("GET", "x-longer: true", "200");

#[track_caller]
fn answers_each_with_its_own(options: &[&str], requests: &[(&str, &str, &str)]) {
    let protected = Protected::with(answers_with_too_much(), options);
    for (method, field, status) in requests {
        for _ in 0..5 {
            let request = format!(
                "{method} /open HTTP/1.1\r\nhost: x\r\n{field}\r\nconnection: close\r\n\r\n"
            );
            let answer = send(protected.address(), request);
            let expected = format!("HTTP/1.1 {status} ");
            assert!(answer.starts_with(&expected), "{method} {field}: {answer}");
            let next = get(protected.address(), "/open", &[]).body;
            assert_eq!(next, "true", "{method} {field}");
        }
    }
}
