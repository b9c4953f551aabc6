//! Random heads, byte for byte: what reaches the server is what was judged, in every reading of its fields.
//! `FORWARD_AUTH_REQUESTS` sets how many, `FORWARD_AUTH_SEED` repeats a run.

use std::{
    collections::HashSet,
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use fastrand::Rng;
use serde_json::json;

use crate::{
    paths::is_open,
    proxies::Kind,
    random_paths::number,
    scene::Scene,
    upstream::{Received, latin_1},
};

const NAMES: [&str; 37] = [
    "Authorization",
    "Authorization",
    "authorization",
    "Authorization ",
    "Authorization\t",
    " Authorization",
    "Authorization\0",
    "Authorization\x0b",
    "Authorization\r",
    "Auth\norization",
    "X-User",
    "x_user",
    "X.User",
    "X-User ",
    "X-Original-URI",
    "X_Original_URI",
    "X-Original-Method",
    "X-Forwarded-Uri",
    "X-Forwarded-Method",
    "X-Forwarded-For",
    "X_Forwarded_For",
    "X-Real-IP",
    "X-Refusal",
    "Forwarded",
    "Host",
    "Host ",
    "Connection",
    "Connection",
    "Upgrade",
    "X-HTTP-Method-Override",
    "Script-Name",
    "Cookie",
    "Content-Length",
    "Transfer-Encoding",
    "Expect",
    "TE",
    "X-Other",
];

const VALUES: [&str; 34] = [
    "ok",
    "ok",
    "ok",
    " ok ",
    "\tok\t",
    "ok\r",
    "ok\0",
    "ok\x0b",
    "ok,denied",
    "denied",
    "denied",
    "denied, ok",
    "",
    "forged",
    "forged",
    "forged\r\n ok",
    "forged\r\n\tok",
    "ok\r\n forged",
    "ok\nAuthorization: denied",
    "ok\rX-User: forged",
    "\u{e9}",
    "Authorization",
    "X-User",
    "close, X-User, Authorization",
    "X-Original-URI",
    "upgrade",
    "websocket",
    "0",
    "chunked",
    "/open",
    "GET",
    "api.example",
    "x/open?",
    "100-continue",
];

const ENDS: [&str; 21] = [
    "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n",
    "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\r\n", "\n", "\r",
];

const LINES: [[&str; 3]; 11] = [
    ["GET", "/pets", "HTTP/1.1"],
    ["GET", "/pets", "HTTP/1.1"],
    ["GET", "/pets", "HTTP/1.1"],
    ["GET", "/open", "HTTP/1.1"],
    ["GET", "/open", "HTTP/1.1"],
    ["PUT", "/open", "HTTP/1.1"],
    ["HEAD", "/pets", "HTTP/1.1"],
    ["GET", "/pets", "HTTP/1.0"],
    ["GET", " /pets", "HTTP/1.1"],
    ["GET", "http://api.example/pets", "HTTP/1.1"],
    ["GET", "http://other.example/open", "HTTP/1.1"],
];

/// A head whose target has this number.
fn head(random: &mut Rng, number: u64) -> Vec<u8> {
    let pick = |random: &mut Rng, from: &[&'static str]| *random.choice(from).unwrap();
    let [method, target, version] = random.choice(LINES).unwrap();
    let mut head = format!("{method} {target}?n={number} {version}\r\n");
    let mut fields = vec![
        ("Host", "api.example"),
        ("Authorization", "ok"),
        ("Connection", "close"),
    ];
    if random.u8(..4) == 0 {
        fields.remove(random.usize(..3));
    }
    for _ in 0..random.usize(..4) {
        let field = (pick(random, &NAMES), pick(random, &VALUES));
        fields.insert(random.usize(..=fields.len()), field);
    }
    for (name, value) in fields {
        let colon = if random.u8(..60) == 0 { "" } else { ":" };
        let space = pick(random, &[" ", " ", " ", "", "\t", "  "]);
        head += &[name, colon, space, value, pick(random, &ENDS)].concat();
    }
    head += "\r\n";
    head.into_bytes()
}

/// Sends bytes, and waits for the head of an answer. A proxy waits for the rest of some heads.
fn send(address: SocketAddr, bytes: &[u8]) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(250)))
        .unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut part = [0; 4_096];
    while !answer.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(read @ 1..) => answer.extend_from_slice(&part[..read]),
            _ => break,
        }
    }
    let _ = stream.shutdown(Shutdown::Both);
}

fn folded(name: &str) -> String {
    let letters = name.trim().chars();
    let letters = letters.map(|c| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    });
    letters.collect()
}

/// Whether the server may act on what nobody has judged.
fn fault(received: &Received) -> Option<&'static str> {
    let values = |name: &str| -> Vec<_> {
        let headers = received.headers.iter();
        let headers = headers.filter(|(known, _)| folded(known) == name);
        headers.map(|(_, value)| value.as_str()).collect()
    };
    let is_open = received.method == "GET" && is_open(&received.path());
    if !is_open && values("authorization") != ["ok"] {
        return Some("another token");
    }
    let expected = if is_open { "" } else { "ann" };
    if values("x-user").iter().any(|user| *user != expected) {
        return Some("another caller");
    }
    if !is_open && values("x-user").is_empty() {
        return Some("no caller");
    }
    // HTTP/1.0 needs none.
    let hosts = values("host");
    if hosts.len() > 1 || hosts.iter().any(|host| host.contains(['/', '?', '@'])) {
        return Some("another host");
    }
    let of_proxies = [
        "x-original",
        "x-forwarded",
        "x-real-ip",
        "forwarded",
        "script-name",
        "x-http-method-override",
        "x-refusal",
    ];
    for (name, value) in &received.headers {
        let name = folded(name);
        if of_proxies.iter().any(|known| name.starts_with(known))
            && value.contains("forged")
            && name != "x-refusal"
        {
            return Some("what a proxy says");
        }
        if value.contains(['\r', '\n', '\0']) {
            return Some("a control character");
        }
    }
    None
}

#[test]
fn what_reaches_the_server_was_judged() {
    let requests = number("FORWARD_AUTH_REQUESTS", 150);
    let seed = number("FORWARD_AUTH_SEED", fastrand::u64(..));
    println!("FORWARD_AUTH_SEED={seed}");
    for configuration in [Kind::documented, Kind::with_underscores] {
        for scene in Scene::all_with(json!({}), configuration) {
            let mut random = Rng::with_seed(seed);
            let mut heads = Vec::new();
            let mut targets = HashSet::new();
            for number in 0..requests {
                heads.push(head(&mut random, number));
                send(scene.proxy.address, &heads[heads.len() - 1]);
                // A request may arrive late, so it is found by its number.
                for received in scene.upstream.take() {
                    let number = latin_1(&received.target);
                    let number = number.rsplit("?n=").next().unwrap();
                    let sent = String::from_utf8_lossy(&heads[number.parse::<usize>().unwrap()]);
                    let said = format!("{:?} {sent:?} {received:?}", scene.kind);
                    assert_eq!(fault(&received), None, "{said}");
                    assert!(targets.insert(received.target), "twice: {said}");
                }
            }
            let forwarded = targets.len() as u64;
            println!("{:?}: {requests} heads, {forwarded} forwarded", scene.kind);
            assert!(forwarded > requests / 20);
        }
    }
}
