//! An endpoint that responds to every call with the same bytes.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A response.
#[derive(Debug, Clone)]
pub(crate) struct Canned {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: &'static str,
}

impl Canned {
    pub(crate) fn new(status: u16, body: &'static str) -> Self {
        Self {
            status,
            headers: vec![("content-length", body.len().to_string())],
            body,
        }
    }

    /// Adds or replaces a header.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Always sends this response.
    pub(crate) async fn serve(self) -> Endpoint {
        Endpoint::start(vec![self]).await
    }

    /// Sends this response once, and then always the other.
    pub(crate) async fn then(&self, other: Self) -> Endpoint {
        Endpoint::start(vec![self.clone(), other]).await
    }

    fn bytes(&self) -> Vec<u8> {
        let headers = self.headers.iter();
        let headers: String = headers
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let Self { status, body, .. } = self;
        format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}\r\n{body}").into_bytes()
    }
}

pub(crate) struct Endpoint {
    url: String,
    calls: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Endpoint {
    async fn start(answers: Vec<Canned>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let call = counter.fetch_add(1, Ordering::SeqCst);
                let answer = answers[call.min(answers.len() - 1)].bytes();
                // The client sees an error of the connection as well.
                let _ = answer_once(stream, &answer).await;
            }
        });
        Self { url, calls, server }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The number of calls.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// Reads a small request, which arrives in one or two pieces, until the end of its event.
async fn answer_once(mut stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"}") {
        if stream.read_buf(&mut request).await? == 0 {
            break;
        }
    }
    stream.write_all(answer).await?;
    stream.shutdown().await
}
