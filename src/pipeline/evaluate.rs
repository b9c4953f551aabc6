//! Asks a policy about a request.

use http::request::Parts;

use super::target::Target;
use crate::{
    policy::{self, EvaluationRequest, RequestResource, StagePolicy, Verdict},
    request::condition_keys::RequestKeys,
};

/// The policy's verdict about the path as it is.
pub(super) fn verdict(policy: &StagePolicy, parts: &Parts, target: &Target<'_>) -> Verdict {
    let keys = RequestKeys::new(&target.settings.reader, parts);
    let evaluation = target.with_stage_request(|request| {
        policy.evaluate(request, |rest| {
            with_keys(&keys, target, |request| rest.decide(request))
        })
    });
    evaluation.verdict()
}

/// Calls `ask` with the request as policies evaluate it.
pub(crate) fn with_evaluation_request<R>(
    parts: &Parts,
    target: &Target<'_>,
    ask: impl FnOnce(&EvaluationRequest<'_>) -> R,
) -> R {
    let keys = RequestKeys::new(&target.settings.reader, parts);
    with_keys(&keys, target, |request| {
        let request = request.with_readings(target.readings());
        let request = policy::knowing(request, target.settings.reader.api.known());
        ask(&if target.ignores_case() {
            request.ignoring_case()
        } else {
            request
        })
    })
}

pub(super) fn with_keys<R>(
    keys: &RequestKeys<'_>,
    target: &Target<'_>,
    ask: impl FnOnce(&EvaluationRequest<'_>) -> R,
) -> R {
    target.with_name(|name| {
        let resource = RequestResource::of_parts(&target.settings.reader.arn_base.head, name);
        let mut request = policy::invoke(resource).with_keys(keys);
        if let Some(spellings) = target.other_spellings() {
            request = request.with_other_spellings(spellings);
        }
        ask(&request)
    })
}
