//! A server that answers anything, at any time. `HOSTILE_ANSWERS` sets how many requests are sent meanwhile.

use std::{env, io::copy, net::TcpListener, thread};

use super::*;

/// Answers that no command expects, or that are not whole.
fn nonsense(random: &mut fastrand::Rng) -> Vec<u8> {
    const TEXTS: [&str; 20] = [
        "+OK\r\n",
        "-ERR no\r\n",
        "-WRONGTYPE no\r\n",
        "-MOVED 1 127.0.0.1:1\r\n",
        "-LOADING no\r\n",
        "$-1\r\n",
        "*-1\r\n",
        "_\r\n",
        ":-9223372036854775808\r\n",
        "$5\r\nab",
        "$99999999999\r\nab",
        "*9000000000000\r\n",
        "*2\r\n$3\r\n1-1\r\n$1\r\nm\r\n",
        "*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nm\r\n$3\r\nabc\r\n",
        "*1\r\n*2\r\n$41\r\n18446744073709551615-18446744073709551615\r\n*2\r\n$1\r\nm\r\n$3\r\nabc\r\n",
        ">3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n",
        "%1\r\n+a\r\n:1\r\n",
        ",nan\r\n#t\r\n",
        "|1\r\n+a\r\n+b\r\n+OK\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
    ];
    match random.usize(..TEXTS.len() + 2) {
        index if index < TEXTS.len() => TEXTS[index].into(),
        index if index == TEXTS.len() => "*1\r\n".repeat(100_000).into(),
        _ => vec![0xff; random.usize(1..300)],
    }
}

/// Only values and messages are this long.
const LONG: usize = 150;

/// Passes on what a client and a server say. Some answers are replaced, repeated, cut, changed or left out. A long one is
/// often replaced by another long one, which may be the value of another identity.
fn pass_on(mut client: TcpStream, port: u16, mut random: fastrand::Rng) {
    let mut server = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    thread::spawn(move || copy(&mut from, &mut to));
    let (mut buffer, mut earlier) = (vec![0; 65_536], Vec::<Vec<u8>>::new());
    while let Ok(length @ 1..) = server.read(&mut buffer) {
        let mut answer = buffer[..length].to_vec();
        earlier.push(answer.clone());
        match random.usize(..100) {
            // So that it can connect.
            _ if earlier.len() < 4 => {}
            0..8 => answer = nonsense(&mut random),
            8..11 => answer.clone_from(random.choice(&earlier).unwrap()),
            20..60 if length > LONG => {
                let long = earlier.iter().filter(|answer| answer.len() > LONG);
                answer.clone_from(random.choice(long.collect::<Vec<_>>()).unwrap());
            }
            11..13 => answer.truncate(random.usize(..length)),
            13..15 => answer.extend_from_within(..),
            15..17 => answer.clear(),
            17..19 => answer[random.usize(..length)] ^= 1 << random.u8(..8),
            19 => return,
            _ => {}
        }
        if client.write_all(&answer).is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_of_a_server_is_a_permission() {
    let Some(world) = World::start() else { return };
    let mut random = fastrand::Rng::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let (port, mut others) = (world.server.port, random.fork());
    thread::spawn(move || {
        for client in listener.incoming() {
            let random = others.fork();
            thread::spawn(move || pass_on(client.unwrap(), port, random));
        }
    });
    for tenant in 0..5 {
        world.refuse(&format!("eve.{tenant}.1"));
    }
    let process = |()| world.process_with(RedisTier::connect(url.clone()).unwrap(), "pets");
    let processes = [(); 3].map(process);
    let requests = env::var("HOSTILE_ANSWERS").ok();
    let requests = requests.map_or(100, |requests| requests.parse().unwrap());
    for number in 0..requests {
        let process = random.choice(&processes).unwrap();
        let user = random.choice(["ann", "bob", "eve"]).unwrap();
        let token = format!("{user}.{}.1", random.usize(..5));
        if number % 20 == 0 {
            // Whether it is confirmed depends on the answers.
            let _ = process.results().invalidate([&token]).await;
        }
        let expected = if user == "eve" { 403 } else { 200 };
        let begun = Instant::now();
        assert_eq!(process.status(&token).await, expected, "{token}");
        assert!(begun.elapsed() < DEADLINE, "{token}");
    }
}
