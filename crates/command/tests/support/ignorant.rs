//! A server that knows nothing of bodies: it takes what follows a head for the next request. Python's `http.server` is one, if a
//! handler does not read the body.

use std::{
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// Answers each head with its first line.
pub(crate) struct Ignorant {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Ignorant {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let heads = Arc::<Mutex<Vec<_>>>::default();
        let noted = Arc::clone(&heads);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let noted = Arc::clone(&noted);
                thread::spawn(move || answer(stream.unwrap(), &noted));
            }
        });
        Self { address, heads }
    }

    /// Fails if it has found a request for another path.
    #[track_caller]
    pub(crate) fn has_served_only(&self, path: &str) {
        let heads = self.heads.lock().unwrap();
        let target = format!(" {path} HTTP/1.1\r\n");
        let is_open = |head: &String| head.contains(&target);
        assert!(!heads.is_empty() && heads.iter().all(is_open), "{heads:#?}");
    }
}

fn answer(mut stream: TcpStream, noted: &Mutex<Vec<String>>) {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        if let Some(end) = text.find("\r\n\r\n") {
            let head: String = text.drain(..end + 4).collect();
            let line = head.lines().next().unwrap();
            let length = line.len();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{line}");
            let options = head.lines().find_map(|line| {
                let line = line.to_ascii_lowercase();
                line.strip_prefix("connection: ").map(str::to_owned)
            });
            let is_last = options.is_some_and(|options| options.contains("close"));
            noted.lock().unwrap().push(head);
            if stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
            if is_last {
                return close(stream);
            }
            continue;
        }
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => text += &String::from_utf8_lossy(&buffer[..read]),
            _ => return,
        }
    }
}

/// If unread bytes were left, the system would reset the connection, and the client might lose the answer.
fn close(mut stream: TcpStream) {
    if stream.shutdown(Shutdown::Write).is_ok() {
        let _ = io::copy(&mut stream, &mut io::sink());
    }
}
