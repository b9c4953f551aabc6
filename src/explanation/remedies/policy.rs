//! Remedies for 403: a policy that does not allow the request, and operations that do not exist.

use super::{Case, Circumstances, Remedy};
use crate::{api_type::ApiType, decision::DenialReason, policy::with_resources};

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
            "a cached policy applies to every request of the same identity: if the request should be allowed, make the \
             policy cover everything that the caller may do (in Rust, with `request.policy_builder()`), or set the result TTL to 0",
        )),
        DenialReason::NotAuthorized {
            cached_for: Some(_),
        } => Some(Remedy::new(
            "cached-for-another-request",
            "a cached answer applies to every request of the same identity: add `$context.routeKey` to the identity \
             sources, or set the result TTL to 0",
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
            format!("the policy needs a value that this process does not know: {key}"),
        )),
        _ => None,
    }
}

pub(super) fn root_slash(case: &Case<'_>) -> Option<Remedy> {
    let circumstances = case.circumstances;
    if !case.is_implicit_deny() || circumstances.path() != "/" {
        return None;
    }
    let method = format!("/{}", circumstances.parts.method);
    let with_slash = |text: &str| text.ends_with(&method).then(|| format!("{text}/"));
    let corrected = with_resources(circumstances.policy()?.document(), with_slash)?;
    circumstances.is_allowed_by(&corrected.compile()).then(|| {
        Remedy::new(
            "root-slash",
            "the method ARN of the root path ends in a slash after the method, `…/GET/`: write it that way in the policy",
        )
    })
}

pub(super) fn trailing_slash(case: &Case<'_>) -> Option<Remedy> {
    let (circumstances, path) = (case.circumstances, case.circumstances.path());
    if !case.is_implicit_deny() || path == "/" {
        return None;
    }
    let text = match path.strip_suffix('/') {
        Some(without) if circumstances.is_allowed_at(without) => {
            "the policy allows the path without a trailing slash, but the client sent one: leave it out, or cover both \
             paths"
        }
        None if allows_slash_only(circumstances, path) => {
            "the policy allows the path with a trailing slash, but the client sent none: add it, or cover both paths"
        }
        _ => return None,
    };
    Some(Remedy::new("trailing-slash", text))
}

/// A path that is copied from a URL of the API, or from the `path` of an event's `requestContext`, begins with the stage.
pub(super) fn stage_in_path(case: &Case<'_>) -> Option<Remedy> {
    let circumstances = case.circumstances;
    if !case.is_implicit_deny() || case.explanation.api_type() == ApiType::WebSocket {
        return None;
    }
    let stage = circumstances.settings.reader.api.stage();
    let path = circumstances.path().strip_prefix('/')?;
    let rest = path.strip_prefix(stage)?;
    let without = if rest.is_empty() { "/" } else { rest };
    (without.starts_with('/') && circumstances.is_allowed_at(without)).then(|| {
        let text = format!(
            "the policy allows the path without `/{stage}`: the stage is not part of the path here, so leave it out"
        );
        Remedy::new("stage-in-path", text)
    })
}

/// If everything below the path is allowed, the policy is not about the slash, and no route needs to have it.
fn allows_slash_only(circumstances: &Circumstances, path: &str) -> bool {
    let with_slash = format!("{path}/");
    let below = format!("{with_slash}-");
    circumstances.is_allowed_at(&with_slash) && !circumstances.is_allowed_at(&below)
}

pub(super) fn unknown_operation(case: &Case<'_>) -> Option<Remedy> {
    let method = case.circumstances.parts.method.as_str();
    let in_capitals = method.to_ascii_uppercase();
    let first = if method == in_capitals {
        "check the path and the method".to_owned()
    } else {
        format!("write the method as `{in_capitals}`, and check the path")
    };
    let message = match case.explanation.api_type() {
        ApiType::Rest => {
            ". A REST API answers `Missing Authentication Token` if it has no such operation, and this is not about a token"
        }
        _ => "",
    };
    (*case.reason == DenialReason::NoSuchOperation).then(|| {
        let text = format!("{first}; the stage is not part of the path here{message}");
        Remedy::new("unknown-operation", text)
    })
}

#[cfg(feature = "openapi")]
pub(in crate::explanation) fn similar_operation(text: String) -> Remedy {
    Remedy::new("similar-operation", text)
}
