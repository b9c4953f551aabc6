//! A client that sends exactly the bytes that a test says.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use bytes::Bytes;
use http::Response;

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case, in their order.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn into_response(self) -> Response<Bytes> {
        let mut response = Response::builder().status(self.status);
        for (name, value) in self.headers {
            response = response.header(name, value);
        }
        response.body(self.body.into()).unwrap()
    }

    /// Without what each server writes itself, and without ids.
    pub(crate) fn comparable(mut self) -> Self {
        const OWN: [&str; 8] = [
            "apigw-requestid",
            "connection",
            "date",
            "server",
            "via",
            "x-accel-expires",
            "x-amz-apigw-id",
            "x-amzn-requestid",
        ];
        self.headers
            .retain(|(name, _)| !OWN.contains(&name.as_str()));
        self.headers.sort();
        self
    }
}

/// Sends a request. The headers are without `Host` and `Connection`.
pub(crate) fn send(address: SocketAddr, line: &str, headers: &[(&str, &str)]) -> Answer {
    send_bytes(address, line.as_bytes(), headers)
}

/// The same for a request line that is not UTF-8.
pub(crate) fn send_bytes(address: SocketAddr, line: &[u8], headers: &[(&str, &str)]) -> Answer {
    let mut request = line.to_vec();
    request.extend_from_slice(b" HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    exchange(address, &request)
}

/// Sends a request on a connection of its own.
pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Answer {
    Connection::new(address).exchange(request)
}

/// A connection for several requests, as long as the server keeps it open. Then it connects again.
pub(crate) struct Connection {
    address: SocketAddr,
    open: Option<TcpStream>,
}

impl Connection {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            open: None,
        }
    }

    pub(crate) fn exchange(&mut self, request: &[u8]) -> Answer {
        let open = self.open.take();
        let mut stream = open.unwrap_or_else(|| connect(self.address));
        // A server that refuses long headers may not read all of them.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let mut part = [0; 16_384];
        while !is_complete(&answer, request) {
            match stream.read(&mut part) {
                Ok(read @ 1..) => answer.extend_from_slice(&part[..read]),
                _ => break,
            }
        }
        let answer = parse(&answer);
        if answer.header("connection") != Some("close") {
            self.open = Some(stream);
        }
        answer
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    let limit = Some(Duration::from_secs(120));
    stream.set_read_timeout(limit).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// The server may keep the connection open.
fn is_complete(answer: &[u8], request: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let head = parse(&answer[..end]);
    if request.starts_with(b"HEAD ") {
        return true;
    }
    let length = head.header("content-length");
    length.is_some_and(|length| answer.len() >= end + 4 + length.parse::<usize>().unwrap())
}

fn parse(answer: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(':'));
    Answer {
        status: status.unwrap_or_else(|| panic!("not an answer: {text:?}")),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}
