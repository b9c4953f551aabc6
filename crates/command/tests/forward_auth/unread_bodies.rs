//! What a server leaves unread of a body must not be its next request, for which the proxy has not asked.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::{
    document,
    ignorant::Ignorant,
    proxies::{Kind, Proxy},
    scene::forward_auth,
};

const SMUGGLED: &str = "GET /pets HTTP/1.1\r\nHost: api.example\r\n\r\n";

/// Two messages with this body, from the end of their heads.
fn framed() -> [String; 2] {
    let length = SMUGGLED.len();
    [
        format!("Content-Length: {length}\r\n\r\n{SMUGGLED}"),
        format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n{SMUGGLED}\r\n0\r\n\r\n"),
    ]
}

#[test]
fn a_body_that_the_server_leaves_unread_is_not_its_next_request() {
    for kind in Kind::installed() {
        let folder = tempfile::tempdir().unwrap();
        document::write(folder.path());
        let forward_auth = forward_auth(&folder, &[]);
        let server = Ignorant::start();
        let proxy = Proxy::start(kind, forward_auth.address, server.address);
        let [plain, chunked] = framed();
        let handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        let mut messages = Vec::new();
        for options in ["Connection: close\r\n", "TE: trailers\r\n"] {
            messages.extend([(options, &plain), (options, &chunked)]);
        }
        messages.push((handshake, &plain));
        // Some versions of Caddy do not match `Transfer-Encoding`.
        if matches!(kind, Kind::Nginx) {
            messages.push((handshake, &chunked));
        }
        for (options, framed) in messages {
            let request = format!("GET /open HTTP/1.1\r\nHost: api.example\r\n{options}{framed}");
            let mut stream = TcpStream::connect(proxy.address).unwrap();
            let patience = Some(Duration::from_secs(2));
            stream.set_read_timeout(patience).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            let answer = String::from_utf8_lossy(&answer);
            assert!(
                !answer.contains("GET /pets"),
                "{kind:?} {request}: {answer}"
            );
            server.has_served_only("/open");
        }
    }
}
