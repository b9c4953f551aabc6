//! Errors of a function, in Lambda's format.

use bytes::Bytes;
use serde_json::{Map, Value, json};
use tower_lambda_authorizer::lambda::Invoked;

/// An error that Lambda itself reports, because the function cannot.
pub(super) fn failure(kind: &str, problem: &str) -> Invoked {
    let payload = json!({"errorType": kind, "errorMessage": problem});
    Invoked::Failed(payload.to_string().into())
}

/// Adds to an error's message that the function has run on another version than a deployment would. `Unauthorized` is an
/// answer, and stays as it is.
pub(super) fn explained(invoked: Invoked, instead: Option<&str>) -> Invoked {
    match (invoked, instead) {
        (Invoked::Failed(payload), Some(instead)) => {
            let told = with_reason(&payload, instead);
            Invoked::Failed(told.unwrap_or(payload))
        }
        (invoked, _) => invoked,
    }
}

fn with_reason(payload: &Bytes, instead: &str) -> Option<Bytes> {
    let mut error: Map<String, Value> = serde_json::from_slice(payload).ok()?;
    let message = error.get_mut("errorMessage")?;
    let text = message.as_str().filter(|text| *text != "Unauthorized")?;
    *message = format!("{text} (it ran on {instead})").into();
    serde_json::to_vec(&error).ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_that_are_no_answers_are_explained() {
        let failed = |payload: &'static str| {
            let failed = Invoked::Failed(Bytes::from_static(payload.as_bytes()));
            match explained(failed, Some("Python 3.11.7 instead of `python3.12`")) {
                Invoked::Failed(payload) => String::from_utf8(payload.to_vec()).unwrap(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(
            failed(r#"{"errorType":"E","errorMessage":"no `x`"}"#),
            r#"{"errorMessage":"no `x` (it ran on Python 3.11.7 instead of `python3.12`)","errorType":"E"}"#
        );
        for unchanged in [
            r#"{"errorMessage":"Unauthorized"}"#,
            r#"{"errorMessage":7}"#,
            "[]",
            "not JSON",
        ] {
            assert_eq!(failed(unchanged), unchanged);
        }
    }
}
