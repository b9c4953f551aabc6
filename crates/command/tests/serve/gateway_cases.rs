//! The gateway cases through a real `serve`. The function is behind a stub of the Invoke API, in Node.js or in Python.

use std::process::{Command, Stdio};

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    cases::{Exchanged, Place, Reason, RequestMembers, Way, check, function::Language},
    process::Server,
    skipped::skipped,
    upstream::Recorder,
    wire::exchange,
};

#[test]
fn cases_have_the_same_outcome_through_the_server() {
    check("`serve`", Place::Stub, Serve::new);
}

#[test]
fn cases_have_the_same_outcome_with_a_function_in_node() {
    with_a_function("`serve` with a function in Node.js", "node", Language::Node);
}

#[test]
fn cases_have_the_same_outcome_with_a_function_in_python() {
    with_a_function(
        "`serve` with a function in Python",
        "python3",
        Language::Python,
    );
}

fn with_a_function(name: &str, program: &str, language: Language) {
    let mut version = Command::new(program);
    let version = version.arg("--version").stdout(Stdio::null()).status();
    match version {
        Ok(_) => check(name, Place::Process(language), Serve::new),
        Err(_) => skipped(&format!(
            "the gateway cases through {name}, because `{program}` is not installed"
        )),
    }
}

struct Serve {
    upstream: Recorder,
}

impl Serve {
    fn new() -> Self {
        Self {
            upstream: Recorder::start(),
        }
    }
}

impl Way for Serve {
    /// The client speaks as a proxy that is trusted, because a case says from where its requests come.
    fn arguments(&self) -> Vec<String> {
        let upstream = format!("http://{}", self.upstream.address);
        let arguments = [
            "serve",
            "--trusted-proxy",
            "127.0.0.1",
            "--upstream",
            &upstream,
        ];
        arguments.map(String::from).into()
    }

    fn exchange(&self, server: &Server, request: &RequestMembers) -> Result<Exchanged, Reason> {
        let earlier = self.upstream.requests().len();
        let answer = exchange(server.address, &message(request)?);
        let reached = self.upstream.requests().get(earlier).map(|it| headers(it));
        Ok(Exchanged {
            response: answer.into_response(),
            reached,
        })
    }
}

fn message(request: &RequestMembers) -> Result<Vec<u8>, Reason> {
    let mut message = format!("{} {} HTTP/1.1\r\n", request.method, request.target);
    let client = [
        ("x-forwarded-for", &request.source_ip),
        ("x-forwarded-proto", &request.scheme),
    ];
    for (name, value) in client {
        let mut headers = request.headers.iter();
        match headers.find(|(sent, _)| sent.eq_ignore_ascii_case(name)) {
            None => message.push_str(&format!("{name}: {value}\r\n")),
            Some((_, sent)) if sent == value => {}
            Some(_) => return Err("the case contradicts what proxies say of the client"),
        }
    }
    for (name, value) in &request.headers {
        message.push_str(&format!("{name}: {value}\r\n"));
    }
    Ok((message + "\r\n").into_bytes())
}

/// The headers of a message.
fn headers(message: &str) -> HeaderMap {
    let lines = message.lines().skip(1).take_while(|line| !line.is_empty());
    let headers = lines.map(|line| {
        let (name, value) = line.split_once(": ").unwrap();
        let name: HeaderName = name.parse().unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    headers.collect()
}
