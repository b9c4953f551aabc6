//! Bodies of any method arrive as they were sent, and no response is taken for that of another request.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
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

/// Answers `HEAD` with a body, as a server does that treats it like `GET`. The body comes a little later.
fn answers_head_with_a_body() -> SocketAddr {
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
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        let is_head = buffer[..read].starts_with(b"HEAD");
        let answer = if is_head {
            format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n",
                FORGED.len()
            )
        } else {
            "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ntrue".to_owned()
        };
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
        if is_head {
            // In a packet of its own, which arrives when the server has already read the head.
            thread::sleep(Duration::from_millis(3));
            let _ = stream.write_all(FORGED.as_bytes());
        }
    }
}

#[test]
fn the_body_of_an_answer_to_head_is_no_answer_to_another_request() {
    let protected = Protected::start(answers_head_with_a_body());
    for _ in 0..30 {
        let head = "HEAD /open HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        assert!(send(protected.address(), head).starts_with("HTTP/1.1 200"));
        assert_eq!(get(protected.address(), "/open", &[]).body, "true");
    }
}
