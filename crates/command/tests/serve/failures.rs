//! An upstream that is down, slow, or breaks off.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    thread,
};

use serde_json::json;

use crate::{
    client::{connect, get, rest},
    nobody::nobody,
    protected::{Protected, api},
    upstream::Recorder,
};

/// A server that does this with each connection, after it has read the beginning of a request.
fn server(serve: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            serve(stream);
        }
    });
    address
}

#[test]
fn an_upstream_that_is_down_is_a_502_with_the_apis_headers() {
    let upstream = nobody();
    let protected = Protected::start(upstream);
    let reply = get(protected.address(), "/open", &[]);
    assert_eq!(reply.status, 502);
    assert_eq!(
        reply.body,
        r#"{"message":"Network error communicating with endpoint"}"#
    );
    assert_eq!(
        reply.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert_eq!(
        reply.header("x-amzn-errortype"),
        Some("InternalServerErrorException")
    );
    let errors = protected.server.wait_for_error("502 GET /open: ");
    let expected =
        format!("the upstream http://{upstream} has not answered: it cannot be reached: ");
    assert!(errors.contains(&expected), "{errors}");
}

#[test]
fn a_template_chooses_the_status_of_a_failure() {
    let mut document = api();
    document["x-amazon-apigateway-gateway-responses"]["INTEGRATION_FAILURE"] = json!({
        "statusCode": 503,
        "responseTemplates": {"application/json": "{\"down\": $context.error.messageString}"}
    });
    let protected = Protected::of(&document, nobody(), &[]);
    let reply = get(protected.address(), "/open", &[]);
    assert_eq!(reply.status, 503);
    assert_eq!(
        reply.body,
        r#"{"down": "Network error communicating with endpoint"}"#
    );
}

#[test]
fn a_slow_upstream_is_a_504() {
    let upstream = server(|stream| {
        thread::spawn(move || {
            thread::park();
            drop(stream);
        });
    });
    let protected = Protected::with(upstream, &["--upstream-timeout", "0.1"]);
    let reply = get(protected.address(), "/open", &[]);
    assert_eq!(
        (reply.status, &*reply.body),
        (504, r#"{"message":"Endpoint request timed out"}"#)
    );
    assert_eq!(
        reply.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    protected
        .server
        .wait_for_error("has not answered within 0.1 s; `--upstream-timeout`");
}

#[test]
fn an_upstream_that_does_not_read_is_a_504() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let upstream = listener.local_addr().unwrap();
    let protected = Protected::with(upstream, &["--upstream-timeout", "0.3"]);
    let mut stream = connect(protected.address());
    let mut writer = stream.try_clone().unwrap();
    thread::spawn(move || {
        let head = "POST /open HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1000000000\r\n\r\n";
        let _ = writer.write_all(head.as_bytes());
        while writer.write_all(&[b'x'; 1 << 16]).is_ok() {}
    });
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).unwrap();
    assert_eq!(&begin, b"HTTP/1.1 504");
}

#[test]
fn an_http_api_has_one_answer_to_all_of_these() {
    let document = json!({
        "openapi": "3.0.1", "info": {"title": "pets", "version": "1"},
        "paths": {"/$default": {"x-amazon-apigateway-any-method": {}}}
    });
    let folder = tempfile::tempdir().unwrap();
    crate::protected::write(folder.path(), "api.json", &document);
    let url = format!("http://{}", nobody());
    let server =
        crate::process::Server::start_in(folder.path(), &["serve", "api.json", "--upstream", &url]);
    let reply = get(server.address, "/", &[]);
    assert_eq!(
        (reply.status, &*reply.body),
        (503, r#"{"message":"Service Unavailable"}"#)
    );
    assert!(reply.header("apigw-requestid").is_some());
}

#[test]
fn an_upstream_that_closes_without_an_answer_is_a_502() {
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\ncontent-le",
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
    ] {
        let upstream = server(move |mut stream| {
            let _ = stream.write_all(answer.as_bytes());
        });
        let protected = Protected::start(upstream);
        assert_eq!(
            get(protected.address(), "/open", &[]).status,
            502,
            "{answer:?}"
        );
        protected
            .server
            .wait_for_error("it broke off the connection: ");
    }
}

#[test]
fn a_body_that_breaks_off_does_not_look_complete() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ] {
        let upstream = server(move |mut stream| {
            let _ = stream.write_all(answer.as_bytes());
        });
        let protected = Protected::start(upstream);
        let mut stream = connect(protected.address());
        stream
            .write_all(b"GET /open HTTP/1.1\r\nhost: x\r\n\r\n")
            .unwrap();
        let received = rest(&mut stream);
        assert!(received.starts_with("HTTP/1.1 200"), "{received}");
        assert!(!received.ends_with("0\r\n\r\n"), "{received}");
    }
}

#[test]
fn the_guard_does_not_need_the_upstream() {
    let protected = Protected::start(nobody());
    assert_eq!(get(protected.address(), "/pets", &[]).status, 401);
}

#[test]
fn a_protocol_that_nobody_asked_for_is_a_502() {
    let answer = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n";
    let upstream = Recorder::answering(answer);
    let protected = Protected::start(upstream.address);
    assert_eq!(get(protected.address(), "/open", &[]).status, 502);
    let upgrade = ["connection: upgrade", "upgrade: x"];
    assert_eq!(get(protected.address(), "/open", &upgrade).status, 502);
    for request in upstream.requests() {
        assert!(!request.contains("upgrade"), "{request}");
    }
}
