//! The port: who can connect, and what it speaks.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::guard::Guard;

/// A proxy that asks in HTTP, such as nginx, takes a status below 300 for yes. gRPC's status is always 200.
#[test]
fn nothing_but_grpc_is_answered() {
    let guard = Guard::start(&[]);
    let requests = [
        "GET /pets",
        "GET /envoy.service.auth.v3.Authorization/Check",
        "POST /envoy.service.auth.v3.Authorization/Check",
    ];
    for request in requests {
        let mut stream = TcpStream::connect(guard.server.address).unwrap();
        let text = format!(
            "{request} HTTP/1.1\r\nhost: a\r\nauthorization: ann\r\ncontent-type: application/grpc\r\n\
             content-length: 0\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 415 "), "{answer}");
    }
}

#[test]
fn only_this_machine_can_connect() {
    let guard = Guard::start(&[]);
    assert!(guard.server.address.ip().is_loopback());
    let errors = guard.server.errors();
    assert!(
        errors.contains("listening on grpc://127.0.0.1:"),
        "{errors}"
    );
}

#[test]
fn it_ends_when_it_is_told_to() {
    let mut guard = Guard::start(&[]);
    assert_eq!(guard.server.terminate(), Some(0));
}

/// Envoy starts many checks before it knows the limit of a new connection. Those above it would end with an error.
#[test]
fn a_connection_carries_as_many_checks_as_are_decided_at_once() {
    const EMPTY_SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const MAX_CONCURRENT_STREAMS: [u8; 2] = [0, 3];
    let guard = Guard::start(&[]);
    let mut stream = TcpStream::connect(guard.server.address).unwrap();
    stream
        .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .unwrap();
    stream.write_all(&EMPTY_SETTINGS).unwrap();
    // The first frame of a server has its settings, of six bytes each.
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    assert_eq!((head[0], head[1], head[3]), (0, 0, 4), "{head:?}");
    let mut settings = vec![0; usize::from(head[2])];
    stream.read_exact(&mut settings).unwrap();
    let mut settings = settings.chunks(6);
    let most = settings.find(|setting| setting.starts_with(&MAX_CONCURRENT_STREAMS));
    assert_eq!(most.unwrap()[2..], 4_096_u32.to_be_bytes());
}
