//! What the layer of `tower-lambda-authorizer` shares with the language, for it alone: no part of the public API, and
//! free to change in any release.

use std::sync::Arc;

use crate::{
    Evaluation, EvaluationRequest, MethodArn, Policy, PolicyDocument, StageArn, Statement,
    StatementExplanation,
};
pub use crate::{
    evaluation::RequestResource,
    heap::{HeapBytes, shared},
    hints::of_resource_policy,
    one_line::OneLine,
    strict_json::{Object, not_null, object},
};

/// Of a text that is one, which is not checked.
#[must_use]
pub fn method_arn(text: &str) -> MethodArn {
    MethodArn::new(text)
}

/// The text of an ARN, for who keeps it.
#[must_use]
pub fn shared_text(arn: &MethodArn) -> Arc<str> {
    arn.shared()
}

/// Of a text that is one, which is not checked.
#[must_use]
pub fn stage_arn(text: String) -> StageArn {
    StageArn::new(text)
}

/// As [`EvaluationRequest::invoke`], of a resource in its parts.
#[inline]
#[must_use]
pub fn invoke(resource: RequestResource<'_>) -> EvaluationRequest<'_> {
    EvaluationRequest::invoke_part(resource)
}

/// Keeps out of an explanation what a client may have put into a key.
#[must_use]
pub fn without_clients_values<'r>(request: &EvaluationRequest<'r>) -> EvaluationRequest<'r> {
    request.without_clients_values()
}

/// As [`Policy::evaluate`], but of an `Allow` nothing is worked out: None.
#[inline]
#[must_use]
pub fn denial<'p>(policy: &'p Policy, request: &EvaluationRequest<'_>) -> Option<Evaluation<'p>> {
    policy.denial(request)
}

/// Whether a condition asks for this key, or the statement has it as a variable.
#[must_use]
pub fn reads_key(statement: &Statement, key: &str) -> bool {
    statement.reads_key(key)
}

/// The same with other texts in place of entries of `Resource`, or None if there is no other text for any.
pub fn with_resources(
    policy: &PolicyDocument,
    other: impl Fn(&str) -> Option<String>,
) -> Option<PolicyDocument> {
    policy.with_resources(other)
}

/// Index and name, for a sentence.
#[must_use]
pub fn title(statement: &StatementExplanation) -> String {
    statement.title()
}

/// The first part that does not apply, in words.
#[must_use]
pub fn first_miss(statement: &StatementExplanation) -> Option<String> {
    statement.first_miss()
}
