//! The authorizer failed, or said `Unauthorized`.

use super::{Case, Remedy, identity::without_bearer};
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
            "only the message `Unauthorized`, letter by letter, is a 401. If that is what the caller is to get, fail with \
             it alone (in Rust with `AuthorizerError::unauthorized()`), and write the rest into the authorizer's own log",
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
            "the function may not be invoked with these credentials: allow `lambda:InvokeFunction` on it",
        )
    })
}

pub(super) fn own_message(case: &Case<'_>) -> Option<Remedy> {
    let message = failure(case)?;
    (!speaks_of_unauthorized(message)).then(|| {
        Remedy::new(
            "own-message",
            "a failure is a 500, and no client sees its message. To refuse a caller, answer with a policy that denies; \
             to tell it why, put that into the context, and `$context.authorizer.KEY` into a template of ACCESS_DENIED",
        )
    })
}

pub(super) fn timeout(case: &Case<'_>) -> Option<Remedy> {
    let text = match case.reason {
        DenialReason::AuthorizerTimedOut { limit } => format!(
            "find out what takes the authorizer more than {limit:?}, or give it longer with `authorizer_timeout` \
             (API Gateway does not, on HTTP APIs)"
        ),
        DenialReason::FunctionNotInvoked {
            kind: InvokeErrorKind::TimedOut,
            ..
        } => "find out what takes the function so long, or give the transport longer".to_owned(),
        _ => return None,
    };
    Some(Remedy::new("timeout", text))
}

pub(super) fn bearer_prefix_handed_over(case: &Case<'_>) -> Option<Remedy> {
    if *case.reason != DenialReason::AuthorizerSaidUnauthorized {
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
                "the authorizer is given the whole header, `Bearer ` included: does it expect the bare token, as the \
                 samples do that compare it with `allow`?",
            )
        })
    })
}
