//! A client that sends exactly these bytes.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Nothing here takes as long, unless it hangs.
pub(crate) const DEADLINE: Duration = Duration::from_secs(120);

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Sends bytes, and reads until the server closes the connection.
pub(crate) fn send(address: SocketAddr, bytes: impl AsRef<[u8]>) -> String {
    let mut stream = connect(address);
    stream.write_all(bytes.as_ref()).unwrap();
    rest(&mut stream)
}

/// Sends a request without a body: the request line without its version, and header lines.
pub(crate) fn get(address: SocketAddr, target: &str, headers: &[&str]) -> Reply {
    let mut head = format!("GET {target} HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    Reply::parse(&send(address, head + "\r\n"))
}

/// The same for a host: one that the client has in its URL.
pub(crate) fn get_under(host: &str, address: SocketAddr, target: &str) -> Reply {
    let request = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    Reply::parse(&send(address, request))
}

/// Reads until the server closes the connection.
pub(crate) fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A server that refuses a message may reset the connection.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads until this text has come, and returns everything.
#[track_caller]
pub(crate) fn until(stream: &mut TcpStream, text: &str) -> String {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 1024]);
    loop {
        let read = stream.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..read]);
        let got = String::from_utf8_lossy(&bytes);
        if got.contains(text) {
            return got.into_owned();
        }
        assert!(read > 0, "expected {text:?}, got {got:?}");
    }
}

/// A response, with a body that is not chunked.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Reply {
    #[track_caller]
    pub(crate) fn parse(text: &str) -> Self {
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no response: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}
