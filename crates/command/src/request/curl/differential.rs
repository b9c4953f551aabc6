//! Random command lines, which curl itself judges: it sends their requests to a server here, and `read` must make the same
//! of a line or refuse it.
//!
//! `CURL_LINES` sets how many, `CURL_SEED` repeats a run.

mod parts;
mod random;
mod server;

#[path = "../../../../../tests/support/skipped.rs"]
mod skipped;

use std::{
    collections::BTreeMap,
    env,
    path::Path,
    process::{Command, Stdio},
};

use fastrand::Rng;
use http::Request;

use self::server::{Received, Server};

const LINES: u64 = 1000;
const SEED: u64 = 13;
/// The most failures that are printed.
const SHOWN: usize = 20;

/// A request in the words of both sides.
#[derive(Debug, PartialEq)]
struct Seen {
    method: String,
    target: String,
    host: Option<String>,
    headers: BTreeMap<String, Vec<String>>,
}

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |number| number.parse().unwrap())
}

#[test]
fn a_line_is_read_as_curl_sends_it_or_refused() {
    if Command::new("curl").arg("--version").output().is_err() {
        return skipped::skipped("command lines that curl itself judges, because curl is missing");
    }
    let lines = setting("CURL_LINES", LINES);
    let seed = setting("CURL_SEED", SEED);
    println!("CURL_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let (mut same, mut refusals, mut failures) = (0, BTreeMap::new(), Vec::new());
    for _ in 0..lines {
        let line = random::line(&mut random);
        let read = match super::read(&line) {
            Ok(request) => seen(&request),
            Err(failure) => {
                *refusals.entry(failure.to_string()).or_insert(0_u64) += 1;
                continue;
            }
        };
        let sent = sent(&line, &server, folder.path());
        match &*sent {
            [sent] if *sent == read => same += 1,
            _ => failures.push(format!("{line}\n  curl: {sent:?}\n  read: {read:?}")),
        }
    }
    for (refusal, times) in &refusals {
        println!("{times:6} {refusal}");
    }
    println!(
        "{lines} lines, {same} read like curl, {} not",
        failures.len()
    );
    failures.sort_by_key(String::len);
    failures.truncate(SHOWN);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(same > lines / 10, "too few lines can be read");
}

/// What curl sends. All hosts are the server here.
fn sent(line: &str, server: &Server, folder: &Path) -> Vec<Seen> {
    let to = format!("::{}", server.address);
    let script =
        format!("curl() {{ command curl --connect-to {to} --max-time 9 \"$@\"; }}\n{line}");
    let mut curl = Command::new("sh");
    curl.args(["-c", &script]).current_dir(folder);
    // A file `.curlrc` and a proxy of the user change nothing.
    curl.env_clear().env("HOME", folder);
    curl.envs(env::var_os("PATH").map(|path| ("PATH", path)));
    curl.stdin(Stdio::null());
    curl.output().unwrap();
    server.take().iter().map(sent_by_curl).collect()
}

/// Versions of curl differ about the case of what they encode.
fn same_case(target: &str) -> String {
    let mut pieces = target.split('%');
    let mut same = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or((piece, ""));
        same.extend(["%", &digits.to_ascii_lowercase(), rest]);
    }
    same
}

fn sent_by_curl(received: &Received) -> Seen {
    let mut headers = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in &received.headers {
        let name = name.to_ascii_lowercase();
        let value = match &*name {
            // They belong to the connection and the body, which no authorizer sees.
            "connection" | "content-length" | "expect" | "transfer-encoding" => continue,
            // The versions of curl differ.
            "user-agent" if value.starts_with("curl/") => "curl",
            "accept-encoding" if value.starts_with("deflate") => "deflate, gzip",
            "content-type" => value.split("; boundary=-").next().unwrap().trim(),
            _ => value,
        };
        headers.entry(name).or_default().push(value.to_owned());
    }
    let host = headers.remove("host").map(|hosts| hosts.join(", "));
    Seen {
        method: received.method.clone(),
        target: same_case(&received.target),
        host,
        headers,
    }
}

fn seen(request: &Request<()>) -> Seen {
    let mut headers = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in request.headers() {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.entry(name.to_string()).or_default().push(value);
    }
    let target = same_case(request.uri().path_and_query().unwrap().as_str());
    let authority = request.uri().authority().map(ToString::to_string);
    // A header of the same host is not sent a second time.
    if headers.get("host") == Some(&authority.iter().cloned().collect()) {
        headers.remove("host");
    }
    Seen {
        method: request.method().to_string(),
        target,
        host: authority,
        headers,
    }
}
