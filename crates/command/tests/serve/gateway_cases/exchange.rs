//! Sends the requests of a case, and compares what is seen from outside.

use std::{fmt::Debug, io::Write};

use serde_json::Value;

use super::case::{Case, Expect, RequestMembers};
use crate::{
    client::{Reply, connect, get_under, rest},
    process::Server,
    upstream::Recorder,
};

pub(super) struct Exchanges<'r> {
    server: &'r Server,
    upstream: &'r Recorder,
    problems: Vec<String>,
}

const PRINCIPAL: &str = "x-principal";

/// The options by which the upstream learns what the case expects to know of the caller.
pub(super) fn context_headers(case: &Case) -> Vec<String> {
    let keys = keys(case).into_iter();
    let keys = keys
        .enumerate()
        .map(|(index, key)| format!("x-context-{index}={key}"));
    let all = keys.chain([format!("{PRINCIPAL}=principalId")]);
    all.flat_map(|header| ["--context-header".into(), header])
        .collect()
}

fn keys(case: &Case) -> Vec<String> {
    let expected = case
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.expect.context.as_ref());
    let mut keys: Vec<_> = expected
        .flat_map(|context| context.keys().cloned())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

impl<'r> Exchanges<'r> {
    pub(super) fn new(server: &'r Server, upstream: &'r Recorder) -> Self {
        Self {
            server,
            upstream,
            problems: Vec::new(),
        }
    }

    pub(super) fn run(mut self, case: &Case) -> Result<Vec<String>, &'static str> {
        let keys = keys(case);
        for exchange in &case.exchanges {
            if exchange.advance > 0.0 {
                return Err("the server's clock is real");
            }
            if exchange.expect.event.is_some() {
                return Err("recorded answers do not show what a function receives");
            }
            let before = self.upstream.requests().len();
            let reply = self.send(&exchange.request)?;
            let reached = self.upstream.requests().get(before).cloned();
            self.check_reply(&exchange.expect, &reply);
            self.check_caller(&exchange.expect, reached.as_deref(), &keys);
        }
        Ok(self.problems)
    }

    fn send(&self, members: &RequestMembers) -> Result<Reply, &'static str> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nconnection: close\r\n",
            members.method, members.target
        );
        let is_sent = |name: &str| {
            members
                .headers
                .iter()
                .any(|(sent, _)| sent.eq_ignore_ascii_case(name))
        };
        for (name, value) in [
            ("x-forwarded-for", &members.source_ip),
            ("x-forwarded-proto", &members.scheme),
        ] {
            if is_sent(name) {
                return Err("the case says itself what proxies say");
            }
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        for (name, value) in &members.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = connect(self.server.address);
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        Ok(Reply::parse(&rest(&mut stream)))
    }

    fn check_reply(&mut self, expect: &Expect, reply: &Reply) {
        self.compare("status", expect.status, &reply.status);
        self.compare("body", expect.body.as_ref(), &&reply.body);
        let json = serde_json::from_str(&reply.body).unwrap_or_default();
        self.compare("json", expect.json.as_ref(), &&json);
        for part in &expect.body_contains {
            self.compare("body contains", Some(true), &reply.body.contains(part));
        }
        for (name, value) in &expect.headers {
            let got = reply.header(name);
            self.compare(name, Some(value.as_deref()), &got);
        }
        let invocations = self.invocations();
        self.compare("invocations", expect.invocations, &invocations);
    }

    fn check_caller(&mut self, expect: &Expect, reached: Option<&str>, keys: &[String]) {
        self.compare("reached", expect.reached, &reached.is_some());
        let Some(request) = reached else {
            return;
        };
        let header = |name: &str| {
            let lines = request
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{name}: ")));
            lines.map(str::to_owned)
        };
        self.compare(
            "principalId",
            expect.principal_id.as_ref(),
            &&header(PRINCIPAL),
        );
        for (key, value) in expect.context.iter().flatten() {
            let value = match value {
                Value::String(text) => text.replace('%', "%25").replace(' ', "%20"),
                value => value.to_string(),
            };
            let index = keys.iter().position(|known| known == key).unwrap();
            self.compare(
                key,
                Some(Some(value)),
                &header(&format!("x-context-{index}")),
            );
        }
    }

    /// How often the authorizer was called so far.
    fn invocations(&self) -> usize {
        let admin = self.server.admin.unwrap();
        let metrics = get_under("localhost", admin, "/metrics").body;
        let lines = metrics
            .lines()
            .filter(|line| line.starts_with("lambda_authorizer_authorizer_calls_total"));
        lines
            .map(|line| line.rsplit(' ').next().unwrap().parse::<usize>().unwrap())
            .sum()
    }

    fn compare<T: PartialEq + Debug>(&mut self, what: &str, expected: Option<T>, got: &T) {
        if let Some(expected) = expected.filter(|expected| expected != got) {
            self.problems
                .push(format!("{what}: expected {expected:?}, got {got:?}"));
        }
    }
}
