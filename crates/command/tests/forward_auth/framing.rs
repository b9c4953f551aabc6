//! Messages that two programs could split into requests in different ways.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use crate::scene::Scene;

/// What follows a message of which one program takes more for the body than another.
const SECOND: &str = "GET /smuggled HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n";

/// Header lines that say where the body ends. The body is a chunk, or bytes of that number.
const FRAMINGS: [&str; 22] = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Content-Length: 0\r\nTransfer-Encoding: chunked",
    "Content-Length: 5\r\nTransfer-Encoding: identity",
    "Content-Length: 5\r\nTransfer-Encoding: xchunked",
    "Content-Length: 5\r\nTransfer-Encoding: chunked, identity",
    "Content-Length: 5\r\nTransfer-Encoding:\tchunked",
    "Content-Length: 5\r\nTransfer-Encoding : chunked",
    "Content-Length: 5\r\nTransfer_Encoding: chunked",
    "Content-Length: 5\r\nX: y\r\n Transfer-Encoding: chunked",
    "Content-Length: 5\r\nX: y\nTransfer-Encoding: chunked",
    "Content-Length: 5\r\nContent-Length: 0",
    "Content-Length: 0\r\nContent-Length: 5",
    "Content-Length: 5, 5",
    "Content-Length: +5",
    "Content-Length: 0x5",
    "Content-Length: 5 5",
    "Content-Length: -5",
    "Content-Length: 99999999999999999999999",
    "Content-Length: 5\r\nExpect: 100-continue",
    "Content-Length: 5\r\nConnection: content-length",
    "Transfer-Encoding: chunked\r\nConnection: transfer-encoding",
];

#[test]
fn no_second_request_reaches_the_server_unjudged() {
    for scene in Scene::all() {
        let mut passed_on = 0;
        for framing in FRAMINGS {
            for method in ["GET", "POST", "HEAD"] {
                for body in ["0\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n"] {
                    let request = format!(
                        "{method} /pets HTTP/1.1\r\nHost: api.example\r\nAuthorization: ok\r\n{framing}\r\n\r\n{body}{SECOND}"
                    );
                    exchange(scene.proxy.address, request.as_bytes());
                    let received = scene.upstream.take();
                    let shown = format!("{:?} {request:?}: {received:?}", scene.kind);
                    assert!(received.len() <= 1, "{shown}");
                    let mut targets = received.iter().map(|received| &received.target[..]);
                    assert!(targets.all(|target| target == b"/pets"), "{shown}");
                    passed_on += received.len();
                }
            }
        }
        // Some framings are valid.
        assert!(passed_on >= 10, "{:?}: {passed_on}", scene.kind);
    }
}

/// Lines that some programs read as a header, and others do not, and requests for no path.
#[test]
fn a_malformed_head_gives_no_access() {
    for scene in Scene::all() {
        for head in [
            "GET /pets HTTP/1.1\r\nHost: a\r\nAuthorization : ok\r\n",
            "GET /pets HTTP/1.1\r\nHost: a\r\nX: y\r\n Authorization: ok\r\n",
            "GET /pets HTTP/1.1\r\nHost: a\r\n Authorization: ok\r\n",
            "GET /pets HTTP/1.1\r\nHost: a\r\nX: y\rAuthorization: ok\r\n",
            "GET /pets HTTP/1.1\r\nHost: a\r\nX: y\0Authorization: ok\r\n",
            "GET /pets HTTP/1.1\r\nHost: a\r\nAuthorization: ok\r\nHost: b\r\n",
            "GET /pets HTTP/1.1\r\nAuthorization: ok\r\n",
            "GET /pets HTTP/9.9\r\nHost: a\r\nAuthorization: ok\r\n",
            "GET  /pets HTTP/1.1\r\nHost: a\r\nAuthorization: denied\r\n",
            "GET /pets  HTTP/1.1\r\nHost: a\r\nAuthorization: denied\r\n",
            "GET /open HTTP/1.1 /pets HTTP/1.1\r\nHost: a\r\n",
            "GET\t/pets\tHTTP/1.1\r\nHost: a\r\nAuthorization: denied\r\n",
            "CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAuthorization: ok\r\n",
            "CONNECT /pets HTTP/1.1\r\nHost: a\r\nAuthorization: denied\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nAuthorization: ok\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n",
            "GET pets HTTP/1.1\r\nHost: a\r\nAuthorization: ok\r\n",
            "GET /pets\r\n",
            "GET https://other.example/pets HTTP/1.1\r\nHost: a\r\nAuthorization: denied\r\n",
        ] {
            let answer = exchange(
                scene.proxy.address,
                format!("{head}Connection: close\r\n\r\n").as_bytes(),
            );
            let received = scene.upstream.take();
            assert!(
                received.is_empty(),
                "{:?} {head:?}: {answer} {received:?}",
                scene.kind
            );
        }
    }
}

/// Everything that comes until the proxy has nothing more to say.
fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    // A proxy may hang up before it has read everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
