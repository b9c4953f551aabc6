//! A server whose functions are asked over HTTP.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{app::App, nobody::nobody, process::Server};

/// Nobody listens there: an allowed request is a 502.
pub(crate) fn no_upstream() -> String {
    format!("http://{}", nobody())
}

pub(crate) fn serve(app: &App) -> Server {
    let upstream = no_upstream();
    let arguments = ["serve", "template.yaml", "--upstream", &upstream];
    Server::start_in(app.path(), &arguments)
}

/// The status of a request with this token.
pub(crate) fn status(server: &Server, token: &str) -> u16 {
    let mut stream = TcpStream::connect(server.address).unwrap();
    let request =
        format!("GET / HTTP/1.1\r\nhost: a\r\nauthorization: {token}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response[9..12].parse().unwrap()
}

pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}
