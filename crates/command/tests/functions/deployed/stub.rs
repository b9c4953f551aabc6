//! The API of AWS Lambda, as far as an invocation needs it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::Value;

/// Answers each invocation. The thread ends with the test.
pub(super) struct Stub {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// What an invocation said.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) path: String,
    pub(super) authorization: String,
}

pub(super) struct Answer {
    status: u16,
    header: String,
    body: String,
}

impl Answer {
    fn new(status: u16, header: &str, body: &str) -> Self {
        let (header, body) = (header.to_owned(), body.to_owned());
        Self {
            status,
            header,
            body,
        }
    }

    /// What the function returned.
    pub(super) fn ok(body: &str) -> Self {
        Self::new(200, "", body)
    }

    /// The error of a function.
    pub(super) fn failed(body: &str) -> Self {
        Self::new(200, "x-amz-function-error: Unhandled\r\n", body)
    }

    /// An error of the service.
    pub(super) fn refused(status: u16, kind: &str, message: &str) -> Self {
        let body = format!(r#"{{"Type": "User", "Message": "{message}", "message": "{message}"}}"#);
        Self::new(status, &format!("x-amzn-errortype: {kind}\r\n"), &body)
    }

    pub(super) fn plain(status: u16, body: &str) -> Self {
        Self::new(status, "", body)
    }
}

impl Stub {
    /// `answer` chooses by the request's token.
    pub(super) fn start(answer: fn(&str) -> Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let noted = Arc::clone(&noted);
                thread::spawn(move || serve(stream.unwrap(), answer, &noted));
            }
        });
        Self { address, asked }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

/// One invocation, after which the connection is closed.
fn serve(stream: TcpStream, answer: fn(&str) -> Answer, noted: &Mutex<Vec<Asked>>) {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap() == 0 {
            return;
        }
        match line.trim() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let header = |name: &str| {
        let values = lines.iter().filter_map(|line| line.split_once(": "));
        let mut values = values.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.next().map_or("", |(_, value)| value).to_owned()
    };
    let mut event = vec![0; header("content-length").parse().unwrap()];
    reader.read_exact(&mut event).unwrap();
    let event: Value = serde_json::from_slice(&event).unwrap();
    noted.lock().unwrap().push(Asked {
        path: lines[0].split(' ').nth(1).unwrap().to_owned(),
        authorization: header("authorization"),
    });
    let Answer {
        status,
        header,
        body,
    } = answer(event["authorizationToken"].as_str().unwrap());
    let head = format!(
        "HTTP/1.1 {status} Stub\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    reader
        .get_mut()
        .write_all((head + &body).as_bytes())
        .unwrap();
}
