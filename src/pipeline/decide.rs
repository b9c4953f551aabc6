//! What an authorizer's result says of one request.

use http::request::Parts;

use super::target::Target;
use crate::{
    authorizer_context::AuthorizerContext,
    cache::{Cached, Verified},
    condition_keys::RequestKeys,
    decision::DenialReason,
    policy::{EvaluationRequest, Verdict},
    settings::Settings,
};

/// A request that the authorizer's policy denies.
#[derive(Debug)]
pub(crate) struct Denied {
    pub(crate) reason: DenialReason,
    /// What the authorizer said of the caller.
    pub(crate) caller: Option<AuthorizerContext>,
}

impl Denied {
    /// By what comes before a policy, or in its place.
    pub(crate) fn without_policy(reason: DenialReason) -> Self {
        Self {
            reason,
            caller: None,
        }
    }
}

/// Evaluates a result for this request: its policy is asked anew each time, also where the result was made
/// for another request.
pub(crate) fn decide(
    settings: &Settings,
    parts: &Parts,
    target: &Target,
    cached: &Cached,
) -> Result<AuthorizerContext, Denied> {
    let verified = match cached {
        Cached::Verified(verified) => verified,
        Cached::Unauthorized => {
            let reason = DenialReason::AuthorizerSaidUnauthorized;
            return Err(Denied::without_policy(reason));
        }
    };
    let keys = RequestKeys::new(settings, parts);
    let mut question = EvaluationRequest::invoke_part(target.resource(settings)).with_keys(&keys);
    if let Some(spellings) = target.other_spellings.as_deref() {
        question = question.with_other_spellings(spellings);
    }
    let evaluation = verified.policy.evaluate(&question);
    if evaluation.verdict() == Verdict::Allow {
        return Ok(verified.caller.clone());
    }
    let method_arn = target.method_arn(settings).to_string();
    let cached_for = cached_for(verified, &method_arn);
    let reason = match (evaluation.verdict(), evaluation.statement()) {
        (Verdict::ExplicitDeny, Some(statement)) => DenialReason::ExplicitDeny {
            statement,
            sid: evaluation.sid().map(str::to_owned),
            method_arn,
            cached_for,
        },
        _ => DenialReason::ImplicitDeny {
            method_arn,
            cached_for,
        },
    };
    Err(Denied {
        reason,
        caller: Some(verified.caller.clone()),
    })
}

/// The request that the result was made for, if it is another one.
fn cached_for(verified: &Verified, method_arn: &str) -> Option<String> {
    (*verified.made_for != *method_arn).then(|| verified.made_for.to_string())
}
