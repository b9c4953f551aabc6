//! Remedies for 500: the authorizer's answer is not valid.
//!
//! The layer does not know in which language a function is written: a deployed function can be written in any, and an
//! authorizer in Rust may pass on the answer of another program. So a remedy names the calls of the usual languages.

use super::{Case, Remedy};
use crate::{authorizer::AnswerProblem, decision::DenialReason};

pub(super) fn cannot_be_used(case: &Case<'_>) -> Option<Remedy> {
    let DenialReason::MalformedResponse { kind, .. } = case.reason else {
        return None;
    };
    let (cause, text) = match kind {
        AnswerProblem::AnswerInString => (
            "answer-in-a-string",
            "return the object itself, because the runtime turns it into JSON: leave out `JSON.stringify` (JavaScript), \
             `json.dumps` (Python) or `serde_json::to_string` (Rust)",
        ),
        AnswerProblem::UnauthorizedReturned => (
            "unauthorized-returned",
            "fail with this message instead of returning it: `throw new Error(\"Unauthorized\")` (JavaScript), `raise \
             Exception(\"Unauthorized\")` (Python), `Err(\"Unauthorized\".into())` (Rust)",
        ),
        AnswerProblem::NothingReturned => (
            "nothing-returned",
            "return an answer on every path of the function. In JavaScript, an `async` function must `return` it; it must \
             not call a callback",
        ),
        AnswerProblem::NoObject { .. } => (
            "no-object-returned",
            "return an object: `{\"principalId\": \"…\", \"policyDocument\": …}`, or `{\"isAuthorized\": true}` if simple \
             responses are on",
        ),
        AnswerProblem::HttpResponse => (
            "http-response-returned",
            "an authorizer returns a policy, not an HTTP response. To refuse a request, fail with `Unauthorized` (401) or \
             return a policy that denies it (403)",
        ),
        AnswerProblem::AnswerInBody => (
            "answer-in-a-body",
            "an authorizer returns a policy, not an HTTP response: return what is in `body` as the answer itself, as an \
             object",
        ),
        AnswerProblem::PolicyWithoutWrapper => (
            "policy-without-wrapper",
            "return `{\"principalId\": \"…\", \"policyDocument\": …}` with this policy as the `policyDocument`",
        ),
        AnswerProblem::PolicyInString => (
            "policy-in-a-string",
            "make `policyDocument` the object itself, not its JSON: leave out `JSON.stringify` (JavaScript), `json.dumps` \
             (Python) or `serde_json::to_string` (Rust)",
        ),
        AnswerProblem::MisspeltMember { meant } => {
            return Some(Remedy::new("misspelt-member", misspelt_member(meant)));
        }
        AnswerProblem::NullMember { member } => {
            return Some(Remedy::new("null-member", null_member(member)));
        }
        AnswerProblem::NestedContext => (
            "nested-context",
            "a context value cannot be a list or an object: turn it into a string with `JSON.stringify` (JavaScript), \
             `json.dumps` (Python) or `serde_json::to_string` (Rust), and parse the string in the service",
        ),
        AnswerProblem::PolicyWithSimpleResponses => (
            "simple-response-mismatch",
            "return only `{\"isAuthorized\": true}` or `false` (in Rust, `AuthorizerResponse::simple`), or turn simple \
             responses off: `enableSimpleResponses`, or `simple_responses()` of the layer",
        ),
        AnswerProblem::SimpleResponsesOff => (
            "simple-response-mismatch",
            "turn simple responses on (`enableSimpleResponses`, or `simple_responses()` of the layer), or return only a \
             policy (in Rust, `AuthorizerResponse::allow(request.method_arn())`)",
        ),
        AnswerProblem::SimpleResponsesNotSupported => (
            "simple-response-not-supported",
            "return a policy (in Rust, `AuthorizerResponse::allow(request.method_arn())`). If your API is an HTTP API, \
             create the layer with `LambdaAuthorizerLayer::http_api(authorizer).simple_responses()?`",
        ),
        AnswerProblem::PrincipalMissing => (
            "principal-missing",
            "name the caller: set `principalId` in the answer, or call `AuthorizerResponse::with_principal_id`",
        ),
        AnswerProblem::Other => return None,
    };
    Some(Remedy::new(cause, text))
}

fn misspelt_member(meant: &str) -> String {
    let begins_in_upper_case = meant.starts_with(|first: char| first.is_ascii_uppercase());
    let case = if begins_in_upper_case {
        "PascalCase"
    } else {
        "camelCase"
    };
    format!(
        "write `{meant}` with exactly these letters; upper and lower case count (a Rust type needs `#[serde(rename_all = \
         \"{case}\")]`)"
    )
}

fn null_member(member: &str) -> String {
    format!(
        "leave `{member}` out if it has no value: some libraries write `null` unless told to skip the member"
    )
}
