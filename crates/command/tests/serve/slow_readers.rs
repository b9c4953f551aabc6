//! Clients that ask for long responses, and do not read them.

use std::{convert::Infallible, io::Write, net::TcpStream};

use axum::{Router, body::Body, routing::get};
use bytes::Bytes;
use futures_util::stream;

use crate::{
    client::{self, connect},
    process::Server,
    protected::Protected,
    upstream::App,
};

/// `/open/endless` never ends, and other paths are answered at once.
fn upstream() -> App {
    const PIECE: Bytes = Bytes::from_static(&[b'x'; 16 * 1024]);
    let endless = || async { Body::from_stream(stream::repeat(Ok::<_, Infallible>(PIECE))) };
    let router = Router::new().route("/open/endless", get(endless));
    App::start(router.fallback(|| async { "at once" }))
}

fn resident_mib(server: &Server) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.unwrap().split_whitespace().nth(1).unwrap();
    kib.parse::<usize>().unwrap() / 1024
}

#[test]
fn responses_that_nobody_reads_do_not_stop_others_on_the_same_connection() {
    let protected = Protected::with(upstream().address, &["--upstream-http2"]);
    let slow: Vec<TcpStream> = (0..40)
        .map(|_| {
            let mut stream = connect(protected.address());
            let head = b"GET /open/endless HTTP/1.1\r\nhost: x\r\n\r\n";
            stream.write_all(head).unwrap();
            client::until(&mut stream, "xxx");
            stream
        })
        .collect();
    for _ in 0..20 {
        let reply = client::get(protected.address(), "/open/short", &[]);
        assert_eq!((reply.status, &*reply.body), (200, "at once"));
    }
    drop(slow);
}

/// The beginning of a connection whose client accepts as many bytes as HTTP/2 can say, and 200 requests for the response
/// without an end.
fn two_hundred_requests() -> Vec<u8> {
    const LARGEST: [u8; 4] = [0x7f, 0xff, 0xff, 0xff];
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    let mut frame = |kind: u8, flags: u8, stream: u32, payload: &[u8]| {
        bytes.extend_from_slice(&[0, 0, u8::try_from(payload.len()).unwrap(), kind, flags]);
        bytes.extend_from_slice(&stream.to_be_bytes());
        bytes.extend_from_slice(payload);
    };
    let window_of_streams = [&[0, 4], &LARGEST[..]].concat();
    frame(4, 0, 0, &window_of_streams);
    frame(8, 0, 0, &(0x7fff_ffff_u32 - 65_535).to_be_bytes());
    // `:method: GET` and `:scheme: http` from the static table, `:path` and `:authority` as text.
    let head = [b"\x82\x86\x04\x0d/open/endless", &b"\x01\x01x"[..]].concat();
    for number in 0..200 {
        frame(1, 0b101, 1 + 2 * number, &head);
    }
    bytes
}

#[test]
fn streams_that_nobody_reads_cost_little_memory() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let protected = Protected::start(upstream().address);
    let before = resident_mib(&protected.server);
    let mut stream = connect(protected.address());
    stream.write_all(&two_hundred_requests()).unwrap();
    // Nothing is read any more from here on, so that everything that can wait does. The server has some time to fill its
    // buffers, and nothing tells when it has.
    let mut largest = 0;
    for _ in 0..30 {
        let reply = client::get(protected.address(), "/open/short", &[]);
        assert_eq!(reply.status, 200);
        largest = largest.max(resident_mib(&protected.server) - before);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(largest < 60, "{largest} MiB");
}
