//! What an upstream leaves unread of a body must not be its next request, about which Envoy has not asked.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::{envoy::Envoy, guard::Guard, ignorant::Ignorant};

const SMUGGLED: &str = "GET /pets HTTP/1.1\r\nhost: pets.example\r\n\r\n";

#[test]
fn a_body_that_the_upstream_leaves_unread_is_not_its_next_request() {
    let guard = Guard::start(&[]);
    let upstream = Ignorant::start();
    let envoy = Envoy::before(upstream.address, guard.server.address, |config| config);
    let Some(envoy) = envoy else { return };
    for body in [SMUGGLED, "", SMUGGLED, ""] {
        let length = body.len();
        let request = format!(
            "GET /health HTTP/1.1\r\nhost: pets.example\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(envoy.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("GET /health"), "{answer}");
        assert!(!answer.contains("/pets"), "{answer}");
        upstream.has_served_only("/health");
    }
}
