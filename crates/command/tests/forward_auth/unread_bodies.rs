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

#[test]
fn a_body_that_the_server_leaves_unread_is_not_its_next_request() {
    for kind in Kind::installed() {
        let folder = tempfile::tempdir().unwrap();
        document::write(folder.path());
        let forward_auth = forward_auth(&folder, &[]);
        let server = Ignorant::start();
        let proxy = Proxy::start(kind, forward_auth.address, server.address);
        let handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        for options in ["Connection: close\r\n", "TE: trailers\r\n", handshake] {
            let length = SMUGGLED.len();
            let head = format!("GET /open HTTP/1.1\r\nHost: api.example\r\n{options}");
            let request = format!("{head}Content-Length: {length}\r\n\r\n{SMUGGLED}");
            let mut stream = TcpStream::connect(proxy.address).unwrap();
            let patience = Some(Duration::from_secs(2));
            stream.set_read_timeout(patience).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            let answer = String::from_utf8_lossy(&answer);
            assert!(
                !answer.contains("GET /pets"),
                "{kind:?} {options}: {answer}"
            );
            server.has_served_only("/open");
        }
    }
}
