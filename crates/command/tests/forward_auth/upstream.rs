//! A server that notes exactly what it receives.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    pub(crate) method: String,
    /// As in the request line.
    pub(crate) target: Vec<u8>,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Received {
    /// The target without its query.
    pub(crate) fn path(&self) -> String {
        let path = self.target.split(|&byte| byte == b'?').next();
        latin_1(path.unwrap())
    }

    /// All values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let headers = self.headers.iter();
        headers
            .filter(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }
}

pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Upstream {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let ends = Arc::new(AtomicBool::new(false));
        let thread = thread::spawn({
            let (received, ends) = (Arc::clone(&received), Arc::clone(&ends));
            move || accept(&listener, &received, &ends)
        });
        Self {
            address,
            received,
            ends,
            thread: Some(thread),
        }
    }

    /// What has been received since the last time.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut *self.received.lock().unwrap())
    }

    #[track_caller]
    pub(crate) fn take_one(&self) -> Received {
        let mut received = self.take();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        let _ = self.thread.take().unwrap().join();
    }
}

fn accept(listener: &TcpListener, received: &Arc<Mutex<Vec<Received>>>, ends: &AtomicBool) {
    for stream in listener.incoming().flatten() {
        if ends.load(Ordering::Relaxed) {
            return;
        }
        let received = Arc::clone(received);
        thread::spawn(move || answer(stream, &received));
    }
}

fn answer(stream: TcpStream, received: &Mutex<Vec<Received>>) -> Option<()> {
    stream
        .set_read_timeout(Some(Duration::from_secs(120)))
        .ok()?;
    let mut answers = stream.try_clone().ok()?;
    let mut requests = BufReader::new(stream);
    while let Some(request) = read(&mut requests) {
        received.lock().unwrap().push(request);
        let answer = b"HTTP/1.1 200 OK\r\nX-From: upstream\r\nContent-Length: 5\r\n\r\nhello";
        answers.write_all(answer).ok()?;
    }
    None
}

fn read(requests: &mut impl BufRead) -> Option<Received> {
    let line = read_line(requests)?;
    let mut words = line.split(|&byte| byte == b' ');
    let method = String::from_utf8_lossy(words.next()?).into_owned();
    let target = words.next()?.to_vec();
    let mut headers = Vec::new();
    loop {
        let line = read_line(requests)?;
        if line.is_empty() {
            break;
        }
        let line = latin_1(&line);
        let (name, value) = line.split_once(':')?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let value = |name| headers.iter().find(|(known, _)| known == name);
    let length = value("content-length").map_or(0, |(_, length)| length.parse().unwrap());
    let body = match value("transfer-encoding") {
        Some(_) => read_chunks(requests)?,
        None => read_exactly(requests, length)?,
    };
    Some(Received {
        method,
        target,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn read_exactly(requests: &mut impl BufRead, length: usize) -> Option<Vec<u8>> {
    let mut body = vec![0; length];
    requests.read_exact(&mut body).ok()?;
    Some(body)
}

fn read_chunks(requests: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let length = latin_1(&read_line(requests)?);
        let length = usize::from_str_radix(&length, 16).ok()?;
        body.extend(read_exactly(requests, length)?);
        read_line(requests)?;
        if length == 0 {
            return Some(body);
        }
    }
}

/// Keeps all bytes apart.
pub(crate) fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn read_line(requests: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    requests.read_until(b'\n', &mut line).ok()?;
    let line = line.strip_suffix(b"\r\n")?;
    Some(line.to_vec())
}
