//! The message of a failed assertion: the request, the expected and the actual outcome, and the reason. It shows the
//! names of headers and query parameters but no values, even if the authorizer or the service repeated one.

use std::{cmp::Reverse, fmt::Display};

use http::{HeaderName, Request, header};

use super::{TestBody, TestResponse, trail::Decision};
use crate::{
    authorizer::AuthorizerContext, decision::credentials_in, policy::OneLine,
    request::context::decoded_pairs,
};

/// What a message shows of a request, and what it must not show.
pub(super) struct Sent {
    line: String,
    secrets: Vec<String>,
}

/// A shorter value is an ordinary word in a test, such as `allow`, and not secret.
const SECRET_BYTES: usize = 8;

/// Headers whose values are not secret.
const PLAIN_HEADERS: [HeaderName; 5] = [
    header::ACCEPT,
    header::CONTENT_TYPE,
    header::HOST,
    header::ORIGIN,
    header::USER_AGENT,
];

impl Sent {
    pub(super) fn new(request: &Request<TestBody>) -> Self {
        Self {
            line: line(request),
            secrets: secrets(request),
        }
    }

    /// The text without the request's secrets.
    fn censored(&self, mut text: String) -> String {
        for secret in &self.secrets {
            if text.contains(secret) {
                text = text.replace(secret, "[…]");
            }
        }
        text
    }
}

fn line(request: &Request<TestBody>) -> String {
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

/// The values of headers and query parameters, and their parts. The longest come first, because one may be part of
/// another.
fn secrets(request: &Request<TestBody>) -> Vec<String> {
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
    /// Ends the test at the line of the assertion.
    #[track_caller]
    pub(super) fn fail(&self, expected: impl Display) -> ! {
        panic!("{}", self.failure(expected))
    }

    pub(super) fn failure(&self, expected: impl Display) -> String {
        let (line, actual) = (&self.sent.line, self.actual());
        let mut why = self.why().trim_end().replace('\n', "\n  ");
        if self.is_clock_another {
            why += "\n  the layer has another clock than the harness: give both the same `ManualClock`";
        }
        let (line, expected, actual) = (OneLine(line), OneLine(expected), OneLine(actual));
        let text = format!("{line}\n  expected: {expected}\n  actual: {actual}\n  {why}");
        self.sent.censored(text)
    }

    fn actual(&self) -> String {
        let status = match &self.answer {
            Ok(response) => format!("status {}", response.status().as_u16()),
            Err(problem) => problem.clone(),
        };
        match &self.decision {
            Some(Decision::Refused(denial)) => format!("{}, {status}", denial.response_type()),
            Some(Decision::Shadowed(denial)) => format!(
                "let through in shadow instead of {}, {status}",
                denial.response_type()
            ),
            Some(Decision::Passed(_)) => format!("let through, {status}"),
            None => format!("{status}, from a service that no layer guards"),
        }
    }

    fn why(&self) -> String {
        match &self.decision {
            Some(Decision::Refused(denial) | Decision::Shadowed(denial)) => {
                denial.explanation().to_string()
            }
            Some(Decision::Passed(context)) => format!(
                "principal: {}; context keys: {}; the authorizer was {}invoked for this request",
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
    if keys.is_empty() {
        "none".to_owned()
    } else {
        keys.join(", ")
    }
}
