//! What an authorizer's result says of one request.

use http::request::Parts;

use super::target::Target;
use crate::{
    authorizer_context::AuthorizerContext,
    cache::{Cached, Permission, Verified},
    condition_keys::RequestKeys,
    decision::DenialReason,
    policy::{Evaluation, EvaluationRequest, Policy, RequestResource, Verdict},
};

/// A request that the authorizer's answer denies.
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
/// for another request. A simple answer stands.
pub(crate) fn decide(
    parts: &Parts,
    target: &Target<'_>,
    cached: &Cached,
) -> Result<AuthorizerContext, Denied> {
    let verified = match cached {
        Cached::Verified(verified) => verified,
        Cached::Unauthorized => {
            let reason = DenialReason::AuthorizerSaidUnauthorized;
            return Err(Denied::without_policy(reason));
        }
    };
    let reason = match &verified.permission {
        Permission::Simple(true) => return Ok(verified.caller.clone()),
        Permission::Simple(false) => DenialReason::NotAuthorized {
            cached_for: cached_for(verified, target.method_arn().as_str()),
        },
        Permission::Policy(policy) => match denial(policy, parts, target) {
            None => return Ok(verified.caller.clone()),
            Some(evaluation) => denied_by_policy(&evaluation, verified, target),
        },
    };
    Err(Denied {
        reason,
        caller: Some(verified.caller.clone()),
    })
}

fn denied_by_policy(
    evaluation: &Evaluation<'_>,
    verified: &Verified,
    target: &Target<'_>,
) -> DenialReason {
    let method_arn = target.method_arn().to_string();
    let cached_for = cached_for(verified, &method_arn);
    match (evaluation.verdict(), evaluation.statement()) {
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
    }
}

/// None where the policy allows the request.
fn denial<'p>(policy: &'p Policy, parts: &Parts, target: &Target<'_>) -> Option<Evaluation<'p>> {
    let settings = target.settings;
    let keys = RequestKeys::new(settings, parts);
    target.with_name(|name| {
        let resource = RequestResource::of_parts(&settings.arn_base.head, name);
        let mut question = EvaluationRequest::invoke_part(resource).with_keys(&keys);
        if let Some(spellings) = target.other_spellings {
            question = question.with_other_spellings(spellings);
        }
        policy.denial(&question)
    })
}

/// The request that the result was made for, if it is another one.
fn cached_for(verified: &Verified, method_arn: &str) -> Option<String> {
    (*verified.made_for != *method_arn).then(|| verified.made_for.to_string())
}
