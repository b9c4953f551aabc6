//! Remedies for an authorizer that failed or answered `Unauthorized`.

use super::{Case, Remedy, function, identity::without_bearer};
use crate::{authorizer::lambda::InvokeErrorKind, decision::DenialReason};

fn failure<'c>(case: &Case<'c>) -> Option<&'c str> {
    match case.reason {
        DenialReason::AuthorizerFailed { message } => Some(message),
        _ => None,
    }
}

fn speaks_of_unauthorized(message: &str) -> bool {
    message.to_ascii_lowercase().contains("unauthorized")
}

pub(super) fn unauthorized_with_more_text(case: &Case<'_>) -> Option<Remedy> {
    let message = failure(case)?;
    speaks_of_unauthorized(message).then(|| {
        Remedy::new(
            "unauthorized-with-more-text",
            "only the exact message `Unauthorized` becomes a 401. To answer 401, fail with that message alone. In Rust, \
             write `AuthorizerError::unauthorized().because(…)` or `.or_unauthorized()?`, and the details are shown here; \
             in a function, write them to its log",
        )
    })
}

pub(super) fn permission_to_invoke(case: &Case<'_>) -> Option<Remedy> {
    let is_not_permitted = matches!(
        case.reason,
        DenialReason::FunctionNotInvoked {
            kind: InvokeErrorKind::NotPermitted,
            ..
        }
    );
    is_not_permitted.then(|| {
        Remedy::new(
            "permission-to-invoke",
            "these credentials may not invoke the function: allow them `lambda:InvokeFunction` on it",
        )
    })
}

pub(super) fn own_message(case: &Case<'_>) -> Option<Remedy> {
    let message = failure(case)?;
    let is_own = !speaks_of_unauthorized(message)
        && function::error_of_lambda(case).is_none()
        && function::reads_another_event(case).is_none();
    is_own.then(|| {
        Remedy::new(
            "own-message",
            "a failed authorizer becomes a 500, and the client does not see its message. If the message describes a \
             mistake in the authorizer, correct the authorizer. If the caller is not authenticated (an expired or invalid \
             token), fail with `Unauthorized`: in Rust, write `.or_unauthorized()?` instead of `?`. To refuse a caller that \
             is known, return a policy that denies the request. To tell the caller why, put the reason into the context \
             and `$context.authorizer.KEY` into a template for ACCESS_DENIED",
        )
    })
}

pub(super) fn timeout(case: &Case<'_>) -> Option<Remedy> {
    let text = match case.reason {
        DenialReason::AuthorizerTimedOut { limit } => format!(
            "find out why the authorizer takes more than {limit:?}, or raise the limit with `authorizer_timeout` (API \
             Gateway does not allow that for HTTP APIs)"
        ),
        DenialReason::FunctionNotInvoked {
            kind: InvokeErrorKind::TimedOut,
            ..
        } => "find out why the function takes so long, or raise the transport's timeout".to_owned(),
        _ => return None,
    };
    Some(Remedy::new("timeout", text))
}

pub(super) fn paused(case: &Case<'_>) -> Option<Remedy> {
    let is_paused = matches!(case.reason, DenialReason::AuthorizerPaused { .. });
    is_paused.then(|| {
        Remedy::new(
            "authorizer-paused",
            "the authorizer is paused by its circuit breaker. Look for the reason in the refusals before this one, which \
             say how its calls failed. After the pause, the call of one request probes it. To use earlier results meanwhile, \
             set `ResultCache::serve_stale_on_failure`. To call it all the same, remove `circuit_breaker`",
        )
    })
}

fn is_unexplained(case: &Case<'_>) -> bool {
    matches!(
        case.reason,
        DenialReason::AuthorizerSaidUnauthorized { cause: None }
    )
}

pub(super) fn unauthorized_without_cause(case: &Case<'_>) -> Option<Remedy> {
    is_unexplained(case).then(|| {
        Remedy::new(
            "unauthorized-without-cause",
            "the authorizer did not say why it returned `Unauthorized`. If it is a Lambda function, look into the \
             function's log. In Rust, `.or_unauthorized()?` after a `Result` keeps the error as the cause. For a missing \
             value, write `.ok_or(\"…\").or_unauthorized()?`, and elsewhere `AuthorizerError::unauthorized().because(…)`. \
             The cause is then shown here, and the client does not see it",
        )
    })
}

/// A guess, and so only given if the authorizer did not say why.
pub(super) fn bearer_prefix_handed_over(case: &Case<'_>) -> Option<Remedy> {
    if !is_unexplained(case) {
        return None;
    }
    let mut sources = case.circumstances.settings.kind.sources().iter();
    case.circumstances.with_request(|request| {
        let has_prefix = sources.any(|source| {
            let value = source.read(request).ok();
            value.is_some_and(|value| without_bearer(&value).is_some())
        });
        has_prefix.then(|| {
            Remedy::new(
                "bearer-prefix-handed-over",
                "the authorizer receives the whole header value, including `Bearer `. If it compares the token with a \
                 bare value, strip the prefix first",
            )
        })
    })
}
