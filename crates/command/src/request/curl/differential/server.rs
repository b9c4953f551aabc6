//! A server that notes what it receives.

use std::{
    io::{BufRead, BufReader, Read, Write},
    mem::take,
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

pub(super) struct Received {
    pub(super) method: String,
    pub(super) target: String,
    pub(super) headers: Vec<(String, String)>,
}

pub(super) struct Server {
    pub(super) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::<Mutex<Vec<_>>>::default();
        let notes = received.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(stream.unwrap(), &notes);
            }
        });
        Self { address, received }
    }

    pub(super) fn take(&self) -> Vec<Received> {
        take(&mut self.received.lock().unwrap())
    }
}

/// Serves one request of a connection.
fn serve(mut stream: TcpStream, notes: &Mutex<Vec<Received>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let first = line(&mut reader);
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(_)) = (words.next(), words.next(), words.next()) else {
        return;
    };
    let mut received = Received {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
    };
    let mut length = 0;
    loop {
        let line = line(&mut reader);
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        let (name, value) = (name.to_owned(), value.trim().to_owned());
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().unwrap();
        }
        received.headers.push((name, value));
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink()).unwrap();
    // Noted before it is answered, so before curl ends.
    notes.lock().unwrap().push(received);
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(answer);
}

fn line(reader: &mut impl BufRead) -> String {
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).unwrap();
    let line = String::from_utf8_lossy(&line);
    line.trim_end_matches(['\r', '\n']).to_owned()
}
