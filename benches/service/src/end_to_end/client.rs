//! Sends one request after the other over one connection.

use std::{
    io::{self, Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

/// Long enough for the server to wait for the next request. If that were there already, the server would sometimes not
/// have to wait, and counts would differ from run to run.
const PAUSE: Duration = Duration::from_millis(1);

/// Reads the whole answer to a request before the next one is sent.
pub(super) fn send(address: &str, has_token: bool, requests: usize) -> io::Result<()> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    let token = if has_token {
        "authorization: Bearer 000000000000000000000000000000000\r\n"
    } else {
        ""
    };
    let request = format!(
        "GET /pets/123 HTTP/1.1\r\nhost: api.example.com\r\nuser-agent: bench\r\naccept: */*\r\n{token}\r\n"
    );
    let status = if has_token { "200" } else { "401" };
    for _ in 0..requests {
        thread::sleep(PAUSE);
        connection.write_all(request.as_bytes())?;
        let answer = answer(&mut connection)?;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{answer}");
    }
    Ok(())
}

/// The head of an answer, whose body is read, too.
fn answer(connection: &mut TcpStream) -> io::Result<String> {
    let mut received = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = connection.read(&mut buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        received.extend(buffer.iter().take(count));
        let text = String::from_utf8_lossy(&received).to_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split_once("content-length: ").expect("a length").1;
        let length: usize = length
            .lines()
            .next()
            .unwrap_or_default()
            .parse()
            .expect("a number");
        if body.len() == length {
            return Ok(head.to_owned());
        }
    }
}
