//! 403: the policy, and routes that there are none.

use super::{Case, Remedy};
use crate::{
    condition_keys::RequestKeys,
    decision::DenialReason,
    policy::{EvaluationRequest, Policy, Verdict},
};

pub(super) fn cached_for_another_request(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::ExplicitDeny {
            cached_for: Some(_),
            ..
        }
        | DenialReason::ImplicitDeny {
            cached_for: Some(_),
            ..
        } => Some(Remedy::new(
            "cached-for-another-request",
            "one policy serves all requests of the same identity while it is kept: let it cover all that the caller may \
             do (`PolicyBuilder::for_api`), or set the results' time to live to 0",
        )),
        DenialReason::NotAuthorized {
            cached_for: Some(_),
        } => Some(Remedy::new(
            "cached-for-another-request",
            "one answer serves all requests of the same identity while it is kept: add `$context.routeKey` to the \
             identity sources, or set the results' time to live to 0",
        )),
        _ => None,
    }
}

pub(super) fn unknown_key(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::ExplicitDeny {
            unknown_key: Some(key),
            ..
        }
        | DenialReason::ImplicitDeny {
            unknown_key: Some(key),
            ..
        } => Some(Remedy::new(
            "unknown-key",
            format!("the policy asks for a value that is not known here: {key}"),
        )),
        _ => None,
    }
}

pub(super) fn root_slash(case: &Case<'_>) -> Option<Remedy> {
    let root = case.explanation.method_arn().strip_suffix('/')?;
    let is_root = is_implicit(case) && case.circumstances.path() == "/";
    (is_root && allows(case, root)).then(|| {
        Remedy::new(
            "root-slash",
            "the root's ARN ends in a slash behind the method, `…/GET/`: write it so in the policy",
        )
    })
}

pub(super) fn trailing_slash(case: &Case<'_>) -> Option<Remedy> {
    if !is_implicit(case) || case.circumstances.path() == "/" {
        return None;
    }
    let arn = case.explanation.method_arn();
    let (other, text) = match arn.strip_suffix('/') {
        Some(without) => (
            without.to_owned(),
            "the policy allows the path without the slash at its end, and the client sent one: leave it off, or cover \
             both",
        ),
        None => (
            format!("{arn}/"),
            "the policy allows the path with a slash at its end, and the client sent none: add it, or cover both",
        ),
    };
    allows(case, &other).then(|| Remedy::new("trailing-slash", text))
}

pub(super) fn nearest_statement(case: &Case<'_>) -> Option<Remedy> {
    let is_told = cached_for_another_request(case).is_some()
        || root_slash(case).is_some()
        || trailing_slash(case).is_some();
    if !is_implicit(case) || is_told {
        return None;
    }
    let policy = case.explanation.policy()?;
    let nearest = policy.statements().get(policy.nearest_miss()?)?;
    let text = format!(
        "{} comes nearest, and lacks this: {}",
        nearest.title(),
        nearest.first_miss()?
    );
    Some(Remedy::new("nearest-statement", text))
}

pub(super) fn unknown_operation(case: &Case<'_>) -> Option<Remedy> {
    (*case.reason == DenialReason::NoSuchOperation).then(|| {
        Remedy::new(
            "unknown-operation",
            "check path and method (and the stage, which is no part of the path here): a REST API says `Missing \
             Authentication Token` of those that it does not have, and means no token",
        )
    })
}

fn is_implicit(case: &Case<'_>) -> bool {
    matches!(case.reason, DenialReason::ImplicitDeny { .. })
}

/// Whether the policy would allow the same of another ARN.
fn allows(case: &Case<'_>, arn: &str) -> bool {
    let circumstances = case.circumstances;
    let keys = RequestKeys::new(&circumstances.settings, &circumstances.parts);
    let question = EvaluationRequest::invoke(arn).with_keys(&keys);
    let verdict = |policy: &Policy| policy.evaluate(&question).verdict();
    circumstances.policy().map(verdict) == Some(Verdict::Allow)
}
