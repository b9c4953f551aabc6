//! Recorded answers: whether an authorizer can use them, and whether their policies fit the cache.

use serde_json::Value;
use tower_lambda_authorizer::{
    AuthorizerConfig, AuthorizerResponse,
    policy::{LintOptions, PolicyDocument},
};

use super::{finding::Finding, policy, rules::UNUSABLE_ANSWER, usable};
use crate::functions::Recorded;

/// Checks the answers of one of these authorizers.
pub(super) async fn lint(
    file: &str,
    recorded: &Recorded,
    options: &LintOptions,
    authorizers: &[AuthorizerConfig],
) -> Vec<Finding> {
    let several = recorded.answers().count() > 1;
    let mut found = Vec::new();
    for (number, answer) in (1..).zip(recorded.answers()) {
        // Not the token, which is a secret.
        let place = if several {
            format!("answer {number}:")
        } else {
            String::new()
        };
        found.extend(of_answer(file, &place, answer, options, authorizers).await);
    }
    found
}

async fn of_answer(
    file: &str,
    place: &str,
    answer: &str,
    options: &LintOptions,
    authorizers: &[AuthorizerConfig],
) -> Vec<Finding> {
    let json = serde_json::from_str::<Value>(answer).unwrap_or_default();
    // An error is an answer, too.
    if json.get("errorMessage").is_some() {
        return Vec::new();
    }
    let unusable =
        |problem| Finding::new(&UNUSABLE_ANSWER, file, place.trim_end_matches(':'), problem);
    let response = match AuthorizerResponse::from_json(answer.as_bytes()) {
        Ok(response) => response,
        Err(error) => return vec![unusable(error.to_string())],
    };
    let mut found = Vec::new();
    found.extend(usable::problem(authorizers, &response).await.map(unusable));
    let policy = json.get("policyDocument").map(Value::to_string);
    let policy = policy.and_then(|text| PolicyDocument::from_json(text.as_bytes()).ok());
    if let Some(document) = policy {
        found.extend(policy::lint(file, place, &document, options));
    }
    found
}
