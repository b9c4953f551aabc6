//! A client that sends exactly the bytes that a test says.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

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

pub(crate) fn exchange(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
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
    parse(&answer)
}

/// Some requests do not ask for the connection to be closed.
fn is_complete(answer: &[u8], request: &[u8]) -> bool {
    let Some(end) = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
        return false;
    };
    let head = parse(&answer[..end]);
    let length = head
        .header("content-length")
        .map(|length| length.parse::<usize>().unwrap());
    let length = length.filter(|_| !request.starts_with(b"HEAD "));
    length.is_some_and(|length| answer.len() >= end + 4 + length)
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
