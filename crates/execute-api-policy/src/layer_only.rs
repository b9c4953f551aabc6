//! Items for `tower-lambda-authorizer` only. They are not part of the public API and may change in any release.

use std::sync::Arc;

use crate::{
    EvaluationRequest, MethodArn, PolicyDocument, StageArn, Statement, StatementExplanation,
};
pub use crate::{
    compiled::{
        MethodName, Rest, RestDecision, Stage, StagePolicy, StageRequest,
        reading_that_is_not_allowed,
    },
    edit_distance::edit_distance,
    evaluation::RequestResource,
    heap::{HeapBytes, allocation, shared},
    hints::of_resource_policy,
    number::{MemberName, is_number, make_numbers_plain, plain_number, read_number},
    one_line::OneLine,
    pattern::KnownParts,
    place::place,
    strict_json::{Object, not_null, object},
};

/// Does not check the text.
#[must_use]
pub fn method_arn(text: &str) -> MethodArn {
    MethodArn::new(text)
}

/// The text of an ARN, to be shared without a copy.
#[must_use]
pub fn shared_text(arn: &MethodArn) -> Arc<str> {
    arn.shared()
}

/// Does not check the text.
#[must_use]
pub fn stage_arn(text: String) -> StageArn {
    StageArn::new(text)
}

/// Like [`EvaluationRequest::invoke`], for a resource that is already split.
#[must_use]
pub fn invoke(resource: RequestResource<'_>) -> EvaluationRequest<'_> {
    EvaluationRequest::invoke_part(resource)
}

/// Leaves values that a client may have chosen out of an explanation.
#[must_use]
pub fn without_clients_values<'r>(request: &EvaluationRequest<'r>) -> EvaluationRequest<'r> {
    request.without_clients_values()
}

/// Says which parts of the request's method ARN before the method are known, as
/// [`EvaluationRequest::of_unknown_api`] and [`EvaluationRequest::of_unknown_stage`] do.
#[must_use]
pub fn knowing(request: EvaluationRequest<'_>, known: KnownParts) -> EvaluationRequest<'_> {
    request.knowing(known)
}

/// What an entry that excludes covers in a stage, as entries for that stage: the entry itself, unless not everything is known
/// of the stage. `stage` is the beginning of the stage's method ARNs, with a slash at the end.
#[must_use]
pub fn entries_of_stage(entry: &str, stage: &str, known: KnownParts) -> Vec<String> {
    crate::pattern::entries_of_stage(entry, stage, known)
}

/// The words of an entry that may be the name of the stage, because a star before them may cover the API.
pub fn possible_stages(entry: &str) -> impl Iterator<Item = &str> {
    crate::pattern::possible_stages(entry)
}

/// The other spellings of a request that ignores case: those that it has, and each text of it in lower case.
#[must_use]
pub fn spellings_ignoring_case(request: &EvaluationRequest<'_>) -> Vec<String> {
    request.spellings_ignoring_case()
}

/// The text with its letters in one case.
#[must_use]
pub fn folded(text: &str) -> String {
    crate::pattern::folded(text)
}

/// Prepares a policy for requests to one stage.
#[inline] // Otherwise the result would be moved once more.
#[must_use]
pub fn specialise(policy: &PolicyDocument, stage: &Stage) -> StagePolicy {
    policy.specialise(stage)
}

/// Whether a condition or a variable of the statement reads this key.
#[must_use]
pub fn reads_key(statement: &Statement, key: &str) -> bool {
    statement.reads_key(key)
}

/// A copy in which `other` replaces entries of `Resource`, or `None` if it replaces none.
pub fn with_resources(
    policy: &PolicyDocument,
    other: impl Fn(&str) -> Option<String>,
) -> Option<PolicyDocument> {
    policy.with_resources(other)
}

/// The statement's index and name, for use in a sentence.
#[must_use]
pub fn title(statement: &StatementExplanation) -> String {
    statement.title()
}

/// Why the first part that does not apply does not apply.
#[must_use]
pub fn first_miss(statement: &StatementExplanation) -> Option<String> {
    statement.first_miss()
}

/// The same in a few words, and without the values of conditions.
#[must_use]
pub fn brief_miss(statement: &StatementExplanation) -> Option<String> {
    statement.brief_miss()
}
