//! What the function of a case answers to an event.

use serde::Serialize;
use serde_json::{Value, json};

use super::{
    case::{Answer, Case, When},
    documents::sources,
};

/// What the function needs to know of its case.
#[derive(Serialize)]
pub(super) struct Script {
    answers: Vec<Answer>,
    sources: Vec<String>,
}

/// What Lambda tells of an invocation.
pub(super) enum Invoked {
    Returned(String),
    Failed(Value),
}

impl Script {
    pub(super) fn of(case: &Case) -> Self {
        Self {
            answers: case.answers.clone(),
            sources: sources(case),
        }
    }

    /// Whether each answer is JSON.
    pub(super) fn is_json(&self) -> bool {
        let mut texts = self
            .answers
            .iter()
            .filter_map(|answer| answer.raw_output.as_ref());
        texts.all(|text| serde_json::from_str::<Value>(text).is_ok())
    }

    /// In seconds. Only a function that hangs needs all of them, and others may start slowly.
    pub(super) fn timeout(&self) -> u32 {
        if self.answers.iter().any(|answer| answer.hang) {
            1
        } else {
            60
        }
    }

    /// Lambda ends a function that hangs or crashes, and says so.
    pub(super) fn invoke(&self, event: &Value) -> Invoked {
        let mut answers = self.answers.iter();
        let Some(answer) = answers.find(|answer| fits(&answer.when, event, &self.sources)) else {
            return failed("NoAnswer", "the case has no answer for this");
        };
        if answer.hang {
            return failed("Sandbox.Timedout", "Task timed out after 3.00 seconds");
        }
        if answer.panic {
            return failed("Runtime.ExitError", "Runtime exited with error");
        }
        match (&answer.error, &answer.raw_output, &answer.output) {
            (Some(message), ..) => failed("Error", message),
            (_, Some(text), _) => Invoked::Returned(text.clone()),
            (.., output) => {
                let output = output.as_ref().map(Value::to_string).unwrap_or_default();
                Invoked::Returned(output.replace("$methodArn", arn(event)))
            }
        }
    }
}

fn failed(kind: &str, message: &str) -> Invoked {
    Invoked::Failed(json!({"errorType": kind, "errorMessage": message}))
}

fn fits(when: &When, event: &Value, sources: &[String]) -> bool {
    let mut parts = arn(event).splitn(4, '/').skip(2);
    let method = parts.next().unwrap_or_default();
    let path = format!("/{}", parts.next().unwrap_or_default());
    let is = |expected: &Option<String>, got: &str| expected.as_ref().is_none_or(|it| it == got);
    let identities = when.identity.as_ref();
    identities.is_none_or(|expected| *expected == identity(event, sources))
        && is(&when.method, method)
        && is(&when.path, &path)
}

/// The member has another name in the payload format 2.0.
fn arn(event: &Value) -> &str {
    let arn = event.get("methodArn").or_else(|| event.get("routeArn"));
    arn.and_then(Value::as_str).unwrap_or_default()
}

/// The values of the identity sources, which an event has where a function looks for them.
fn identity(event: &Value, sources: &[String]) -> Vec<String> {
    if let Some(token) = event["authorizationToken"]
        .as_str()
        .filter(|_| event["type"] == "TOKEN")
    {
        return vec![token.to_owned()];
    }
    let value = |source: &String| value(event, source).as_str().unwrap_or_default().to_owned();
    sources.iter().map(value).collect()
}

fn value<'e>(event: &'e Value, source: &str) -> &'e Value {
    let name = source.rsplit('.').next().unwrap_or_default();
    match source.trim_start_matches('$') {
        source if source.contains(".header.") => header(&event["headers"], name),
        source if source.contains(".querystring.") => &event["queryStringParameters"][name],
        source if source.starts_with("stageVariables.") => &event["stageVariables"][name],
        source => {
            let path = source.split('.').skip(1);
            path.fold(&event["requestContext"], |object, key| &object[key])
        }
    }
}

fn header<'e>(headers: &'e Value, name: &str) -> &'e Value {
    let mut headers = headers.as_object().into_iter().flatten();
    let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map_or(&Value::Null, |(_, value)| value)
}
