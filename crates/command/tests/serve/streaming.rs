//! Bodies pass as they come, in both directions.

use std::{
    io::Write,
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    routing::{get, post},
};
use futures_util::{StreamExt, stream};
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::{
    client::{connect, get as ask, rest, until},
    protected::Protected,
    upstream::App,
};

/// Sends a request until the upstream answers within its second. A busy machine may need longer for any answer.
fn in_time(mut send: impl FnMut() -> (TcpStream, String)) -> (TcpStream, String) {
    let mut answers = (0..20).map(|_| send());
    let answer = answers.find(|(_, answer)| !answer.starts_with("HTTP/1.1 504"));
    answer.expect("an answer in time")
}

#[test]
fn events_arrive_at_once_and_a_body_need_not_end() {
    let events = || async {
        let first = stream::once(async { Ok::<_, std::io::Error>("data: first\n\n") });
        let body = Body::from_stream(first.chain(stream::pending()));
        ([("content-type", "text/event-stream")], body)
    };
    let upstream = App::start(Router::new().route("/open/events", get(events)));
    let protected = Protected::with(upstream.address, &["--upstream-timeout", "1"]);
    let (mut stream, answer) = in_time(|| {
        let mut stream = connect(protected.address());
        stream
            .write_all(b"GET /open/events HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        let head = until(&mut stream, "\r\n\r\n");
        (stream, head)
    });
    let answer = if answer.contains("data: first\n\n") {
        answer
    } else {
        answer + &until(&mut stream, "data: first\n\n")
    };
    assert!(
        answer.contains("content-type: text/event-stream"),
        "{answer}"
    );
    // The limit is for the answer's beginning. The stream stays open after it, so nothing arrives for longer than the limit.
    stream
        .set_read_timeout(Some(Duration::from_millis(1_100)))
        .unwrap();
    let more = std::io::Read::read(&mut stream, &mut [0; 1]);
    assert!(more.is_err(), "the stream has ended: {more:?}");
}

#[test]
fn an_upload_is_answered_while_it_goes_on() {
    let echo = |body: Body| async { body };
    let upstream = App::start(Router::new().route("/open/echo", post(echo)));
    let protected = Protected::start(upstream.address);
    let mut stream = connect(protected.address());
    let head = "POST /open/echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    for word in ["one", "two", "three"] {
        let chunk = format!("{:x}\r\n{word}\r\n", word.len());
        stream.write_all(chunk.as_bytes()).unwrap();
        until(&mut stream, word);
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert!(rest(&mut stream).ends_with("0\r\n\r\n"));
}

#[test]
fn a_slow_upload_is_not_the_upstreams_fault() {
    let upstream =
        App::start(Router::new().route("/open/upload", post(|body: String| async { body })));
    let protected = Protected::with(upstream.address, &["--upstream-timeout", "1"]);
    let (_, answer) = in_time(|| {
        let mut stream = connect(protected.address());
        let head = "POST /open/upload HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 3\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // The upstream has the head. The next byte alone takes longer than the upstream may.
        std::thread::sleep(Duration::from_millis(1_100));
        for byte in [b"a", b"b", b"c"] {
            // A server that gives up closes the connection.
            let _ = stream.write_all(byte);
        }
        let answer = rest(&mut stream);
        (stream, answer)
    });
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("abc"),
        "{answer}"
    );
}

#[test]
fn large_bodies_arrive_complete() {
    let echo = |body: Body| async { body };
    let upstream = App::start(Router::new().route("/open/echo", post(echo)));
    let protected = Protected::start(upstream.address);
    let body = vec![b'x'; 32 << 20];
    let mut stream = connect(protected.address());
    let mut writer = stream.try_clone().unwrap();
    let sent = std::thread::spawn(move || {
        let length = body.len();
        let head = format!(
            "POST /open/echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
        );
        writer.write_all(head.as_bytes()).unwrap();
        writer.write_all(&body).unwrap();
        length
    });
    let answer = rest(&mut stream);
    let received = answer.matches('x').count();
    assert!(received >= sent.join().unwrap(), "{received}");
}

#[test]
fn trailers_pass_in_both_directions() {
    let echo = |request: http::Request<Body>| async {
        let collected = request.into_body().collect().await.unwrap();
        let sum = collected
            .trailers()
            .and_then(|trailers| trailers.get("x-sum").cloned());
        let mut trailers = HeaderMap::new();
        trailers.insert("x-back", sum.unwrap_or(HeaderValue::from_static("none")));
        let frames = [
            Ok::<_, std::io::Error>(Frame::data(Bytes::from("body"))),
            Ok(Frame::trailers(trailers)),
        ];
        (
            [("trailer", "x-back")],
            Body::new(StreamBody::new(stream::iter(frames))),
        )
    };
    let upstream = App::start(Router::new().route("/open/trailers", post(echo)));
    let protected = Protected::start(upstream.address);
    let request = "POST /open/trailers HTTP/1.1\r\nhost: x\r\nconnection: close, te\r\nte: trailers\r\n\
        trailer: x-sum\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx-sum: 42\r\n\r\n";
    let answer = crate::client::send(protected.address(), request);
    assert!(answer.ends_with("0\r\nx-back: 42\r\n\r\n"), "{answer}");
}

#[test]
fn a_client_that_waits_for_100_is_told_to_go_on_if_it_is_allowed() {
    let upstream = App::start(Router::new().route("/pets", post(|body: String| async { body })));
    let protected = Protected::start(upstream.address);
    let head = |token| {
        format!(
            "POST /pets HTTP/1.1\r\nhost: x\r\nconnection: close\r\nexpect: 100-continue\r\n\
             authorization: {token}\r\ncontent-length: 4\r\n\r\n"
        )
    };
    let mut allowed = connect(protected.address());
    allowed.write_all(head("allow").as_bytes()).unwrap();
    until(&mut allowed, "HTTP/1.1 100 Continue\r\n\r\n");
    allowed.write_all(b"body").unwrap();
    let answer = rest(&mut allowed);
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("body"),
        "{answer}"
    );

    let mut denied = connect(protected.address());
    denied.write_all(head("deny").as_bytes()).unwrap();
    let answer = rest(&mut denied);
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

/// Python's own server answers with HTTP/1.0 and ends each connection.
#[test]
fn an_upstream_may_speak_http_1_0() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("open")).unwrap();
    std::fs::write(folder.path().join("open/cat.txt"), "a cat").unwrap();
    let Some(python) = Python::start(folder.path()) else {
        return;
    };
    let protected = Protected::start(python.address);
    for _ in 0..3 {
        let reply = ask(protected.address(), "/open/cat.txt", &[]);
        assert_eq!((reply.status, &*reply.body), (200, "a cat"));
    }
    assert_eq!(ask(protected.address(), "/open/dog.txt", &[]).status, 404);
}

struct Python {
    child: Child,
    address: std::net::SocketAddr,
}

impl Python {
    fn start(folder: &std::path::Path) -> Option<Self> {
        let child = Command::new("python3")
            .args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1"])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = child else {
            crate::skipped::skipped("`python3 -m http.server` as an upstream: python3 is missing");
            return None;
        };
        let mut line = String::new();
        let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        let port = line
            .split(" port ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        let port: u16 = port.unwrap().parse().unwrap();
        Some(Self {
            child,
            address: ([127, 0, 0, 1], port).into(),
        })
    }
}

impl Drop for Python {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
