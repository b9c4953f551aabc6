//! Something else than the command answers the proxy's questions, or the command's answer does not arrive as a whole.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    thread,
};

use crate::{
    proxies::{Kind, Proxy},
    upstream::Upstream,
    wire::send,
};

/// What a proxy could take for permission: a part of one, a status that is none, other protocols.
const ANSWERS: [&[u8]; 18] = [
    b"",
    b"200 OK\r\n\r\n",
    b"<html>200 OK</html>",
    b"HTTP/1.1 200",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 200 OK\r\nX-User: ro",
    b"HTTP/1.1 200 OK\r\nX-User: root\r\n",
    b"HTTP/1.1 200 OK\r\nX User : root\r\n\0\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    // TLS, and HTTP/2.
    b"\x15\x03\x03\x00\x02\x02\x46",
    b"\x00\x00\x00\x04\x00\x00\x00\x00\x00",
];

/// Answers each request with the bytes that it is given.
fn answering(answer: &Arc<Mutex<&'static [u8]>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::clone(answer);
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = Vec::new();
            let mut buffer = [0; 4096];
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => head.extend_from_slice(&buffer[..read]),
                }
            }
            let _ = stream.write_all(*answer.lock().unwrap());
        }
    });
    address
}

#[test]
fn an_answer_that_is_no_decision_lets_nothing_through() {
    for kind in Kind::installed() {
        let answer = Arc::new(Mutex::new(
            &b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"[..],
        ));
        let upstream = Upstream::start();
        let proxy = Proxy::start(kind, answering(&answer), upstream.address);
        assert_eq!(send(proxy.address, "GET /pets", &[]).status, 200);
        assert_eq!(upstream.take().len(), 1, "{kind:?}");
        for bad in ANSWERS {
            *answer.lock().unwrap() = bad;
            send(proxy.address, "GET /pets", &[]);
            let shown = String::from_utf8_lossy(bad);
            assert!(upstream.take().is_empty(), "{kind:?} {shown}");
        }
    }
}

/// A listener that nobody accepts from: the operating system takes the connection and the question.
#[test]
fn a_server_that_hangs_lets_nothing_through_and_the_client_gets_an_answer() {
    for kind in Kind::installed() {
        let hangs = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstream = Upstream::start();
        let configuration = kind.documented();
        let (documented, short) = match kind {
            Kind::Nginx => ("proxy_read_timeout 60s;", "proxy_read_timeout 1s;"),
            Kind::Caddy => ("response_header_timeout 60s", "response_header_timeout 1s"),
        };
        assert!(configuration.contains(documented), "{kind:?}");
        let configuration = configuration.replace(documented, short);
        let asked = hangs.local_addr().unwrap();
        let proxy = Proxy::start_with(kind, &configuration, asked, upstream.address);
        let status = send(proxy.address, "GET /open", &[]).status;
        assert!((500..505).contains(&status), "{kind:?}: {status}");
        assert!(upstream.take().is_empty(), "{kind:?}");
    }
}
