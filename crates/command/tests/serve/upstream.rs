//! Servers behind the guard.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use axum::Router;
use tokio::runtime::Builder;

/// An axum app, in a thread of its own.
pub(crate) struct App {
    pub(crate) address: SocketAddr,
}

impl App {
    pub(crate) fn start(router: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            let runtime = Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Self { address }
    }
}

/// A server that notes the bytes of each request, and answers with fixed bytes.
pub(crate) struct Recorder {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

pub(crate) const EMPTY_ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

impl Recorder {
    pub(crate) fn start() -> Self {
        Self::answering(EMPTY_ANSWER)
    }

    pub(crate) fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let noted = Arc::clone(&noted);
                thread::spawn(move || record(stream.unwrap(), &noted, answer));
            }
        });
        Self { address, requests }
    }

    /// The requests so far, each with its head and its body as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The only request so far.
    #[track_caller]
    pub(crate) fn request(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        requests[0].clone()
    }
}

/// Answers one request after the other. The proxy frames bodies by length or in chunks.
fn record(mut stream: TcpStream, noted: &Mutex<Vec<String>>, answer: &str) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(length) = length_of(&text) {
            noted.lock().unwrap().push(text[..length].to_owned());
            bytes.drain(..length);
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
            continue;
        }
        match stream.read(&mut buffer) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
}

/// The length of the request at the beginning, if it is complete.
fn length_of(text: &str) -> Option<usize> {
    let head = text.find("\r\n\r\n")? + 4;
    let lines = text[..head].to_ascii_lowercase();
    let value = |name: &str| {
        let line = lines.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim().to_owned())
    };
    let length = match (value("content-length:"), value("transfer-encoding:")) {
        (Some(length), _) => head + length.parse::<usize>().unwrap(),
        (None, Some(_)) => {
            let last_chunk = head + text[head - 2..].find("\r\n0\r\n")? + 1;
            last_chunk + text[last_chunk..].find("\r\n\r\n")? + 4
        }
        (None, None) => head,
    };
    (text.len() >= length).then_some(length)
}
