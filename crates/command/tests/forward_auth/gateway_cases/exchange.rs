//! Sends the requests of a case, and compares what is seen from outside.

use std::fmt::Debug;

use serde_json::Value;

use super::{
    CLIENT, SCHEME, Stage,
    case::{Case, Expect, RequestMembers},
};
use crate::{
    process::Server,
    upstream::Received,
    wire::{Answer, exchange},
};

pub(super) struct Exchanges<'s> {
    stage: &'s Stage,
    server: &'s Server,
    problems: Vec<String>,
}

/// The headers that the proxy copies: the principal and values of the context.
pub(super) const NAMES: [&str; 12] = [
    "x-principal",
    "x-context-0",
    "x-context-1",
    "x-context-2",
    "x-context-3",
    "x-context-4",
    "x-context-5",
    "x-context-6",
    "x-context-7",
    "x-context-8",
    "x-context-9",
    "x-context-10",
];

/// The options by which the upstream learns what the case expects to know of the caller.
pub(super) fn context_headers(case: &Case) -> Vec<String> {
    let keys = ["principalId".to_owned()].into_iter().chain(keys(case));
    // Caddy copies all of them.
    let keys = keys.chain((0..).map(|unused| format!("unused{unused}")));
    let headers = NAMES.iter().zip(keys);
    headers
        .flat_map(|(name, key)| ["--context-header".into(), format!("{name}={key}")])
        .collect()
}

fn keys(case: &Case) -> Vec<String> {
    let exchanges = case.exchanges.iter();
    let expected = exchanges.filter_map(|exchange| exchange.expect.context.as_ref());
    let mut keys: Vec<_> = expected
        .flat_map(|context| context.keys().cloned())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    assert!(keys.len() < NAMES.len(), "{}", case.name);
    keys
}

impl<'s> Exchanges<'s> {
    pub(super) fn new(stage: &'s Stage, server: &'s Server) -> Self {
        Self {
            stage,
            server,
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
            let answer = self.send(&exchange.request);
            let reached = self.stage.upstream.take();
            self.compare("times reached", Some(true), &(reached.len() < 2));
            self.check_answer(&exchange.expect, &answer);
            self.check_caller(&exchange.expect, reached.first(), &keys);
        }
        Ok(self.problems)
    }

    fn send(&self, members: &RequestMembers) -> Answer {
        let mut request = format!("{} {} HTTP/1.1\r\n", members.method, members.target);
        let is_sent = |name: &str| {
            let mut headers = members.headers.iter();
            headers.any(|(sent, _)| sent.eq_ignore_ascii_case(name))
        };
        for (name, value) in [("Connection", "close"), ("Host", "api.example")] {
            if !is_sent(name) {
                request.push_str(&format!("{name}: {value}\r\n"));
            }
        }
        let client = [(CLIENT, &members.source_ip), (SCHEME, &members.scheme)];
        let headers = members.headers.iter().map(|(name, value)| (&**name, value));
        for (name, value) in client.into_iter().chain(headers) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        exchange(
            self.stage.proxy.address,
            format!("{request}\r\n").as_bytes(),
        )
    }

    fn check_answer(&mut self, expect: &Expect, answer: &Answer) {
        self.compare("status", expect.status, &answer.status);
        self.compare("body", expect.body.as_ref(), &&answer.body);
        let json = serde_json::from_str(&answer.body).unwrap_or_default();
        self.compare("json", expect.json.as_ref(), &&json);
        for part in &expect.body_contains {
            self.compare("body contains", Some(true), &answer.body.contains(part));
        }
        for (name, value) in &expect.headers {
            let got = answer.header(&name.to_ascii_lowercase());
            self.compare(name, Some(value.as_deref()), &got);
        }
        let invocations = self.invocations();
        self.compare("invocations", expect.invocations, &invocations);
    }

    fn check_caller(&mut self, expect: &Expect, reached: Option<&Received>, keys: &[String]) {
        self.compare("reached", expect.reached, &reached.is_some());
        let Some(request) = reached else {
            return;
        };
        // Caddy copies an empty header as such.
        let header =
            |name: &str| Some(request.header(name).concat()).filter(|value| !value.is_empty());
        let [principal, names @ ..] = NAMES;
        self.compare(
            "principalId",
            expect.principal_id.as_ref(),
            &&header(principal),
        );
        for (key, value) in expect.context.iter().flatten() {
            let value = match value {
                Value::String(text) => text.replace('%', "%25").replace(' ', "%20"),
                value => value.to_string(),
            };
            let index = keys.iter().position(|known| known == key).unwrap();
            let expected = Some(value).filter(|value| !value.is_empty());
            self.compare(key, Some(expected), &header(names[index]));
        }
    }

    /// How often the authorizer was called so far.
    fn invocations(&self) -> usize {
        let request = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        let metrics = exchange(self.server.admin.unwrap(), request).body;
        let lines = metrics.lines();
        let calls =
            lines.filter(|line| line.starts_with("lambda_authorizer_authorizer_calls_total"));
        calls
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
