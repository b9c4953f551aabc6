//! Recorded answers, and whether their policies fit the cache.

use serde_json::Value;
use tower_lambda_authorizer::{
    AuthorizerResponse,
    policy::{LintOptions, PolicyDocument},
};

use super::{finding::Finding, policy, rules::UNUSABLE_ANSWER};
use crate::{failure::Failure, functions::Recorded};

pub(super) fn lint(file: &str, options: &LintOptions) -> Result<Vec<Finding>, Failure> {
    let recorded = Recorded::read(file)?;
    let several = recorded.answers().count() > 1;
    let mut found = Vec::new();
    for (number, answer) in (1..).zip(recorded.answers()) {
        // Not the token, which is a secret.
        let place = if several {
            format!("answer {number}:")
        } else {
            String::new()
        };
        found.extend(of_answer(file, &place, answer, options));
    }
    Ok(found)
}

fn of_answer(file: &str, place: &str, answer: &str, options: &LintOptions) -> Vec<Finding> {
    let json = serde_json::from_str::<Value>(answer).unwrap_or_default();
    // An error is an answer, too.
    if json.get("errorMessage").is_some() {
        return Vec::new();
    }
    if let Err(error) = AuthorizerResponse::from_json(answer.as_bytes()) {
        return vec![Finding::new(
            &UNUSABLE_ANSWER,
            file,
            place.trim_end_matches(':'),
            error,
        )];
    }
    let policy = json.get("policyDocument").map(Value::to_string);
    let policy = policy.and_then(|text| PolicyDocument::from_json(text.as_bytes()).ok());
    match policy {
        Some(document) => policy::lint(file, place, &document, options),
        None => Vec::new(),
    }
}
