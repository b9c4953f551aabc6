//! What an authorizer's result says of one request.

use std::{sync::Arc, time::Duration};

use http::request::Parts;

use super::target::Target;
use crate::{
    authorizer::AuthorizerContext,
    cache::{Cached, Permission, Verified},
    decision::DenialReason,
    policy::{self, Evaluation, EvaluationRequest, Policy, RequestResource, Verdict},
    request::{condition_keys::RequestKeys, unknown_key::UnknownKey},
};

/// A request that is refused.
#[derive(Debug)]
pub(crate) struct Denied {
    pub(crate) reason: DenialReason,
    pub(crate) asked: Asked,
    /// What the authorizer said, where that was used.
    pub(crate) result: Option<Arc<Cached>>,
}

/// What became of the asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// It did not come to that.
    Not,
    /// A result was kept, for so long.
    Kept { age: Duration },
    /// The authorizer was called for this request, or another store asked first.
    Called { took: Duration },
    /// Another request had it called already.
    Joined,
}

impl Denied {
    /// By what comes before a policy, or in its place.
    pub(crate) fn without_policy(reason: DenialReason, asked: Asked) -> Self {
        Self {
            reason,
            asked,
            result: None,
        }
    }

    /// What the authorizer said of the caller.
    pub(crate) fn caller(&self) -> Option<&AuthorizerContext> {
        match self.result.as_deref()? {
            Cached::Verified(verified) => Some(&verified.caller),
            Cached::Unauthorized => None,
        }
    }
}

/// Evaluates a result for this request: its policy is asked anew each time, also where the result was made
/// for another request. A simple answer stands.
pub(crate) fn decide(
    parts: &Parts,
    target: &Target<'_>,
    cached: &Arc<Cached>,
    asked: impl FnOnce() -> Asked,
) -> Result<AuthorizerContext, Denied> {
    let decided = decided(parts, target, cached);
    decided.map_err(|reason| Denied {
        reason,
        asked: asked(),
        result: Some(Arc::clone(cached)),
    })
}

fn decided(
    parts: &Parts,
    target: &Target<'_>,
    cached: &Cached,
) -> Result<AuthorizerContext, DenialReason> {
    let verified = match cached {
        Cached::Verified(verified) => verified,
        Cached::Unauthorized => return Err(DenialReason::AuthorizerSaidUnauthorized),
    };
    Err(match &verified.permission {
        Permission::Simple(true) => return Ok(verified.caller.clone()),
        Permission::Simple(false) => DenialReason::NotAuthorized {
            cached_for: cached_for(verified, target.method_arn().as_str()),
        },
        Permission::Policy(policy) => match denial(policy, parts, target) {
            None => return Ok(verified.caller.clone()),
            Some((evaluation, unknown)) => denied_by_policy(&evaluation, unknown, verified, target),
        },
    })
}

/// Whether the statement that denies, or one of those that do not allow, reads this key.
fn reads_key(policy: &Policy, evaluation: &Evaluation<'_>, key: &str) -> bool {
    let mut statements = policy.document().statements().iter();
    match evaluation.statement() {
        None => statements.any(|statement| policy::reads_key(statement, key)),
        Some(denying) => statements
            .nth(denying)
            .is_some_and(|statement| policy::reads_key(statement, key)),
    }
}

fn denied_by_policy(
    evaluation: &Evaluation<'_>,
    unknown_key: Option<&'static UnknownKey>,
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
            unknown_key,
        },
        _ => DenialReason::ImplicitDeny {
            method_arn,
            cached_for,
            unknown_key,
        },
    }
}

/// None where the policy allows the request; else with a key that was asked for and is not known.
fn denial<'p>(
    policy: &'p Policy,
    parts: &Parts,
    target: &Target<'_>,
) -> Option<(Evaluation<'p>, Option<&'static UnknownKey>)> {
    let keys = RequestKeys::new(&target.settings.reader, parts);
    let evaluation = with_keys(&keys, target, |question| policy::denial(policy, question))?;
    let unknown = keys.unknown(|key| reads_key(policy, &evaluation, key));
    Some((evaluation, unknown))
}

/// Lends what a policy is asked about a request.
pub(crate) fn with_question<R>(
    parts: &Parts,
    target: &Target<'_>,
    ask: impl FnOnce(&EvaluationRequest<'_>) -> R,
) -> R {
    with_keys(
        &RequestKeys::new(&target.settings.reader, parts),
        target,
        ask,
    )
}

fn with_keys<R>(
    keys: &RequestKeys<'_>,
    target: &Target<'_>,
    ask: impl FnOnce(&EvaluationRequest<'_>) -> R,
) -> R {
    target.with_name(|name| {
        let resource = RequestResource::of_parts(&target.settings.reader.arn_base.head, name);
        let mut question = policy::invoke(resource).with_keys(keys);
        if let Some(spellings) = target.other_spellings {
            question = question.with_other_spellings(spellings);
        }
        ask(&question)
    })
}

/// The request that the result was made for, if it is another one.
fn cached_for(verified: &Verified, method_arn: &str) -> Option<Arc<str>> {
    (*verified.made_for != *method_arn).then(|| Arc::clone(&verified.made_for))
}
