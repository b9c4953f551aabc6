//! Decides about a request with the authorizer's result.

use std::{sync::Arc, time::Duration};

use http::request::Parts;

use super::{
    evaluate::{verdict, with_keys},
    readings::reading_that_is_not_allowed,
    target::Target,
};
use crate::{
    authorizer::AuthorizerContext,
    cache::{CacheSettings, Cached, Hit, Origin, Permission, Verified},
    decision::DenialReason,
    policy::{self, Evaluation, PolicyDocument, StagePolicy, Verdict},
    request::{condition_keys::RequestKeys, unknown_key::UnknownKey},
};

/// A request that is refused.
#[derive(Debug)]
pub(crate) struct Denied {
    pub(crate) reason: DenialReason,
    pub(crate) asked: Asked,
    /// The authorizer's result, if the decision used one.
    pub(crate) result: Option<Arc<Cached>>,
}

/// How the authorizer's result was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// No result was needed.
    Not,
    /// The result was cached, for this long.
    Kept {
        age: Duration,
        /// Whether it was older than its time to live.
        is_stale: bool,
    },
    /// This request called the authorizer, or read the result from the shared tier.
    Called { took: Duration, origin: Origin },
    /// This request joined the call of another request.
    Joined { origin: Origin },
}

impl Asked {
    /// This result was cached.
    #[inline(always)] // Otherwise each hit would be put into memory.
    pub(crate) fn kept(hit: Hit<'_>, caching: &CacheSettings) -> Self {
        Self::Kept {
            age: hit.age(caching),
            is_stale: hit.is_stale(),
        }
    }
}

impl Denied {
    /// A refusal without an evaluated policy: by a check, or because the authorizer's call failed.
    pub(crate) fn without_policy(reason: DenialReason, asked: Asked) -> Self {
        Self {
            reason,
            asked,
            result: None,
        }
    }
}

/// The caller, if a simple response or the routes of a policy allow the request. Almost all hits need nothing else.
#[inline(always)] // A hit would pay for the call.
pub(super) fn allowed_by_routes(target: Target<'_>, cached: &Cached) -> Option<AuthorizerContext> {
    let Cached::Verified(verified) = cached else {
        return None;
    };
    let is_allowed = match &verified.permission {
        Permission::Simple(is_allowed) => *is_allowed,
        Permission::Policy(policy) => {
            let (method, path) = target.usual()?;
            policy.routes_allow(Some(method), path)
        }
    };
    is_allowed.then(|| verified.caller.handle())
}

/// Evaluates a result for this request. A policy is evaluated for every request, even if the result was made for
/// another one. A simple response applies without an evaluation.
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
        Cached::Unauthorized { cause } => {
            let cause = cause.clone();
            return Err(DenialReason::AuthorizerSaidUnauthorized { cause });
        }
    };
    Err(match &verified.permission {
        Permission::Simple(true) => return Ok(verified.caller.handle()),
        Permission::Simple(false) => DenialReason::NotAuthorized {
            cached_for: cached_for(verified, target.method_arn().as_str()),
        },
        Permission::Policy(policy) => match denial(policy, parts, target) {
            None => match reading_that_is_not_allowed(policy, parts, target) {
                None => return Ok(verified.caller.handle()),
                Some(reason) => reason,
            },
            Some((evaluation, unknown)) => denied_by_policy(&evaluation, unknown, verified, target),
        },
    })
}

/// Whether the statement that denies the request reads this key. If none denies it, whether any statement does.
fn reads_key(policy: &PolicyDocument, evaluation: &Evaluation<'_>, key: &str) -> bool {
    let mut statements = policy.statements().iter();
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

/// Whether the policy allows the request.
pub(crate) fn is_allowed(policy: &StagePolicy, parts: &Parts, target: &Target<'_>) -> bool {
    verdict(policy, parts, target) == Verdict::Allow
        && reading_that_is_not_allowed(policy, parts, target).is_none()
}

/// Returns `None` if the policy allows the request. Otherwise returns the evaluation, and an unknown key that the
/// policy reads, if any.
fn denial<'p>(
    policy: &'p StagePolicy,
    parts: &Parts,
    target: &Target<'_>,
) -> Option<(Evaluation<'p>, Option<&'static UnknownKey>)> {
    let keys = RequestKeys::new(&target.settings.reader, parts);
    let evaluation = target.with_stage_request(|request| {
        policy.denial(request, |rest| {
            with_keys(&keys, target, |request| rest.decide(request))
        })
    })?;
    let unknown = keys.unknown(|key| reads_key(policy.document(), &evaluation, key));
    Some((evaluation, unknown))
}

/// The method ARN of the request that the result was made for, if it is another one.
fn cached_for(verified: &Verified, method_arn: &str) -> Option<Arc<str>> {
    (!verified.made_for.is(method_arn)).then(|| verified.made_for.text())
}
