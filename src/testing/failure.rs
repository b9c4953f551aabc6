//! What a failed assertion says: what was sent, what was expected, what came, and why. It names headers and query
//! parameters, and shows no value of theirs, even where the authorizer or the service has repeated it.

use std::{cmp::Reverse, fmt::Display};

use http::{HeaderName, Request, header};

use super::{RequestBody, TestResponse, trail::Decision};
use crate::{
    authorizer::AuthorizerContext, decision::credentials_in, explanation::Denial, policy::OneLine,
    request::context::decoded_pairs,
};

/// A request as a message tells it.
pub(super) struct Sent {
    line: String,
    secrets: Vec<String>,
}

/// A shorter value is a word of the test's, such as `allow`, and no secret.
const SECRET_BYTES: usize = 8;

/// Headers whose values are no secrets.
const PLAIN_HEADERS: [HeaderName; 5] = [
    header::ACCEPT,
    header::CONTENT_TYPE,
    header::HOST,
    header::ORIGIN,
    header::USER_AGENT,
];

impl Sent {
    pub(super) fn new(request: &Request<RequestBody>) -> Self {
        Self {
            line: line(request),
            secrets: secrets(request),
        }
    }

    /// The text without what the request was sent with.
    fn censored(&self, mut text: String) -> String {
        for secret in &self.secrets {
            if text.contains(secret) {
                text = text.replace(secret, "[…]");
            }
        }
        text
    }
}

fn line(request: &Request<RequestBody>) -> String {
    let mut line = format!("{} {}", request.method(), request.uri().path());
    let headers: Vec<_> = request.headers().keys().map(HeaderName::as_str).collect();
    let query: Vec<_> = decoded_pairs(request.uri().query().unwrap_or_default())
        .map(|(name, _)| name)
        .collect();
    if !headers.is_empty() {
        line += &format!(", headers: {}", headers.join(", "));
    }
    if !query.is_empty() {
        line += &format!(", query parameters: {}", query.join(", "));
    }
    line
}

/// The values of headers and query parameters and what is in them, the longest first, for one may be in another.
fn secrets(request: &Request<RequestBody>) -> Vec<String> {
    let headers = request.headers().iter();
    let headers = headers.filter(|(name, _)| !PLAIN_HEADERS.contains(name));
    let headers = headers.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let query = request.uri().query().unwrap_or_default();
    let raw_query = query.split('&').filter_map(|pair| pair.split_once('='));
    let raw_query = raw_query.map(|(_, value)| value.to_owned());
    let decoded_query = decoded_pairs(query).map(|(_, value)| value.into_owned());
    let values = headers.chain(raw_query).chain(decoded_query);
    let mut secrets: Vec<_> = values.flat_map(|value| credentials_in(&value)).collect();
    secrets.retain(|secret| secret.len() >= SECRET_BYTES);
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    secrets
}

impl TestResponse {
    /// Ends the test, at the line of who asserts.
    #[track_caller]
    pub(super) fn fail(&self, expected: impl Display) -> ! {
        panic!("{}", self.failure(expected))
    }

    pub(super) fn failure(&self, expected: impl Display) -> String {
        let (line, came) = (&self.sent.line, self.came());
        let why = self.why();
        let why = why.trim_end().replace('\n', "\n  ");
        let (line, expected, came) = (OneLine(line), OneLine(expected), OneLine(came));
        let text = format!("{line}\n  expected: {expected}\n  came: {came}\n  {why}");
        self.sent.censored(text)
    }

    fn came(&self) -> String {
        let status = match &self.answer {
            Ok(response) => format!("status {}", response.status().as_u16()),
            Err(problem) => problem.clone(),
        };
        match &self.decision {
            Some(Decision::Refused(denial)) => format!("{}, {status}", denial.response_type()),
            Some(Decision::Passed(_)) => format!("let through, {status}"),
            None => format!("{status}, from a service that no layer of this crate guards"),
        }
    }

    fn why(&self) -> String {
        match &self.decision {
            Some(Decision::Refused(denial)) => explained(denial),
            Some(Decision::Passed(context)) => format!(
                "principal: {}; keys of the context: {}; the authorizer was {}asked for this request",
                OneLine(context.principal_id().unwrap_or("none")),
                OneLine(keys(context)),
                if self.was_invoked() { "" } else { "not " }
            ),
            None => "no layer saw the request".to_owned(),
        }
    }
}

fn keys(context: &AuthorizerContext) -> String {
    let keys: Vec<_> = context.iter().map(|(key, _)| key).collect();
    match keys.is_empty() {
        true => "none".to_owned(),
        false => keys.join(", "),
    }
}

/// Why a request was refused.
fn explained(denial: &Denial) -> String {
    denial.explanation().to_string()
}
