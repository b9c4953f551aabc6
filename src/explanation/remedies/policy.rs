//! 403: the policy, and routes that there are none.

use super::{Case, Circumstances, Remedy};
use crate::{
    decision::DenialReason,
    policy::{first_miss, title, with_resources},
};

pub(super) fn cached_for_another_request(case: &Case<'_>) -> Option<Remedy> {
    match case.reason {
        DenialReason::ExplicitDeny {
            cached_for: Some(made_for),
            ..
        }
        | DenialReason::ImplicitDeny {
            cached_for: Some(made_for),
            ..
        } if case.circumstances.was_allowed_at(made_for) => Some(Remedy::new(
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
    let circumstances = case.circumstances;
    if !is_implicit(case) || circumstances.path() != "/" {
        return None;
    }
    let method = format!("/{}", circumstances.parts.method);
    let with_slash = |text: &str| text.ends_with(&method).then(|| format!("{text}/"));
    let corrected = with_resources(circumstances.policy()?.document(), with_slash)?;
    circumstances.is_allowed_by(&corrected.compile()).then(|| {
        Remedy::new(
            "root-slash",
            "the root's ARN ends in a slash behind the method, `…/GET/`: write it so in the policy",
        )
    })
}

pub(super) fn trailing_slash(case: &Case<'_>) -> Option<Remedy> {
    let (circumstances, path) = (case.circumstances, case.circumstances.path());
    if !is_implicit(case) || path == "/" {
        return None;
    }
    let text = match path.strip_suffix('/') {
        Some(without) if circumstances.is_allowed_at(without) => {
            "the policy allows the path without the slash at its end, and the client sent one: leave it off, or cover \
             both"
        }
        None if allows_slash_only(circumstances, path) => {
            "the policy allows the path with a slash at its end, and the client sent none: add it, or cover both"
        }
        _ => return None,
    };
    Some(Remedy::new("trailing-slash", text))
}

/// Where all below the path is allowed, it is not the slash that the policy is about, nor need a route have it.
fn allows_slash_only(circumstances: &Circumstances, path: &str) -> bool {
    let with_slash = format!("{path}/");
    let below = format!("{with_slash}-");
    circumstances.is_allowed_at(&with_slash) && !circumstances.is_allowed_at(&below)
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
        title(nearest),
        first_miss(nearest)?
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
