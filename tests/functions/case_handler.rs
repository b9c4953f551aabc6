//! Finds the answer of a gateway case that fits an event.

use std::{fmt::Display, fs, path::Path};

use lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::{Value, value::RawValue};

use crate::case::Answer;

/// Reads the answers again for each event, so that one running function can serve several cases.
pub(crate) async fn handler(
    answers: &Path,
    event: LambdaEvent<Value>,
) -> Result<Box<RawValue>, Diagnostic> {
    let text = fs::read_to_string(answers)?;
    let answers: Vec<Answer> = serde_json::from_str(&text).map_err(|error| failure(&error))?;
    let event = event.payload;
    let answer = answers.into_iter().find(|answer| fits(answer, &event));
    let answer = answer.ok_or_else(|| failure(&"the case has no answer for this"))?;
    if let Some(output) = answer.output {
        let text = output.to_string().replace("$methodArn", arn(&event));
        return RawValue::from_string(text).map_err(|error| failure(&error));
    }
    if let Some(text) = answer.raw_output {
        return RawValue::from_string(text).map_err(|error| failure(&error));
    }
    if let Some(message) = answer.error {
        return Err(failure(&message));
    }
    assert!(!answer.panic, "the authorizer of a case panics");
    assert!(answer.hang, "an answer of the case says nothing");
    std::future::pending().await
}

fn failure(message: &dyn Display) -> Diagnostic {
    Diagnostic {
        error_type: "Error".into(),
        error_message: message.to_string(),
    }
}

/// The event does not tell which values are the identity, so any value of it fits.
fn fits(answer: &Answer, event: &Value) -> bool {
    let mut parts = arn(event).splitn(4, '/').skip(2);
    let method = parts.next().unwrap_or_default();
    let path = format!("/{}", parts.next().unwrap_or_default());
    let when = &answer.when;
    let identity = when.identity.iter().flatten();
    identity.into_iter().all(|value| has(event, value))
        && when.method.as_deref().is_none_or(|wanted| wanted == method)
        && when.path.as_ref().is_none_or(|wanted| *wanted == path)
}

/// The member has another name in the payload format 2.0.
fn arn(event: &Value) -> &str {
    let arn = event.get("methodArn").or_else(|| event.get("routeArn"));
    arn.and_then(Value::as_str).unwrap_or_default()
}

fn has(event: &Value, wanted: &str) -> bool {
    match event {
        Value::String(text) => text == wanted,
        Value::Array(values) => values.iter().any(|value| has(value, wanted)),
        Value::Object(members) => members.values().any(|value| has(value, wanted)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
