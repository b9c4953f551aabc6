//! Remedies for 500: the authorizer's answer is not valid.

use super::{Case, Remedy};
use crate::decision::DenialReason;

/// Why the answer is not valid. The rules look at its beginning, because names from the answer may follow.
fn problem<'c>(case: &Case<'c>) -> Option<&'c str> {
    match case.reason {
        DenialReason::MalformedResponse { problem } => Some(problem),
        _ => None,
    }
}

pub(super) fn http_response_returned(case: &Case<'_>) -> Option<Remedy> {
    let is_response =
        problem(case)?.starts_with("the answer has no `policyDocument`, but a `statusCode`");
    is_response.then(|| {
        Remedy::new(
            "http-response-returned",
            "an authorizer returns a policy, not an HTTP response. To refuse a request, fail with `Unauthorized` (401) or \
             return a policy that denies it (403)",
        )
    })
}

pub(super) fn nested_context(case: &Case<'_>) -> Option<Remedy> {
    let problem = problem(case)?;
    let is_nested = problem.starts_with("the context's `") && problem.contains("allowed are");
    is_nested.then(|| {
        Remedy::new(
            "nested-context",
            "a context value cannot be a list or an object: turn it into a string (`JSON.stringify`, \
             `serde_json::to_string`) and parse the string in the service",
        )
    })
}

pub(super) fn null_condition(case: &Case<'_>) -> Option<Remedy> {
    problem(case)?.contains("Condition`: invalid type: null").then(|| {
        Remedy::new(
            "null-condition",
            "leave `Condition` out if there is none: some SDKs write `null` unless told to skip the member",
        )
    })
}

pub(super) fn simple_response_mismatch(case: &Case<'_>) -> Option<Remedy> {
    let problem = problem(case)?;
    (problem.starts_with("it ") && problem.contains("simple responses")).then(|| {
        Remedy::new(
            "simple-response-mismatch",
            "`enableSimpleResponses` must match the answer: return `{\"isAuthorized\": …}` if it is on, and a policy if \
             it is off",
        )
    })
}

pub(super) fn principal_missing(case: &Case<'_>) -> Option<Remedy> {
    problem(case)?.starts_with("it has no `principalId`").then(|| {
        Remedy::new(
            "principal-missing",
            "name the caller: set `principalId` in the answer, or call `AuthorizerResponse::with_principal_id`",
        )
    })
}
