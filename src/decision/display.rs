//! The reason for a refusal as a sentence.

use std::fmt;

use super::DenialReason;
use crate::{
    policy::OneLine,
    request::{path::PathAmbiguity, unknown_key::UnknownKey},
};

impl fmt::Display for DenialReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NOT_INVOKED: &str = "the authorizer was not invoked";
        match self {
            Self::IdentitySourceMissing { source } => {
                write!(
                    f,
                    "the identity source `{source}` is missing; {NOT_INVOKED}"
                )
            }
            Self::IdentitySourceEmpty { source } => {
                write!(f, "the identity source `{source}` is empty; {NOT_INVOKED}")
            }
            Self::IdentitySourceNotUtf8 { source } => {
                write!(
                    f,
                    "the identity source `{source}` is not UTF-8; {NOT_INVOKED}"
                )
            }
            Self::IdentitySourceAmbiguous { source } => write!(
                f,
                "the identity source `{source}` can be read in two ways; {NOT_INVOKED}"
            ),
            Self::RefusedByValidationExpression { source } => write!(
                f,
                "`{source}` does not match the identity validation expression; {NOT_INVOKED}"
            ),
            Self::SeveralAuthorizationHeaders => write!(
                f,
                "there is more than one `Authorization` header; {NOT_INVOKED}"
            ),
            Self::AmbiguousPath {
                ambiguity: ambiguity @ (PathAmbiguity::Method | PathAmbiguity::NotAPath),
            } => write!(f, "{ambiguity}; {NOT_INVOKED}"),
            Self::AmbiguousPath { ambiguity } => {
                write!(
                    f,
                    "the path can be read in two ways: {ambiguity}; {NOT_INVOKED}"
                )
            }
            Self::AmbiguousHost { ambiguity } => write!(
                f,
                "it is not clear which host the request is for: {ambiguity}; {NOT_INVOKED}"
            ),
            Self::NoSuchOperation => write!(
                f,
                "the API has no operation for this path and method; {NOT_INVOKED}"
            ),
            Self::MethodArnTooLong { length, limit } => write!(
                f,
                "the method ARN has {length} bytes, but at most {limit} are allowed; {NOT_INVOKED}"
            ),
            Self::RequestBodyTooLarge { limit } => write!(
                f,
                "the request's body has more than {limit} bytes or arrives in too many pieces; {NOT_INVOKED}"
            ),
            Self::RequestBodyBroken => {
                write!(f, "the request's body ended with an error; {NOT_INVOKED}")
            }
            Self::RequestBodyNotRead => write!(
                f,
                "the authorizer expects the request's body, but no layer has read it: put a `ReadRequestBodyLayer` around \
                 this layer; {NOT_INVOKED}"
            ),
            Self::AuthorizerSaidUnauthorized { cause } => {
                f.write_str("the authorizer returned `Unauthorized`")?;
                match cause {
                    None => Ok(()),
                    Some(cause) => write!(f, ": {}", OneLine(cause)),
                }
            }
            Self::AuthorizerFailed { message } => {
                write!(f, "the authorizer failed: {}", OneLine(message))?;
                if message.to_ascii_lowercase().contains("unauthorized") {
                    f.write_str(" (only the exact message `Unauthorized` becomes a 401)")
                } else {
                    Ok(())
                }
            }
            Self::FunctionNotInvoked { message, .. } => {
                write!(f, "the authorizer failed: {}", OneLine(message))
            }
            Self::AuthorizerPanicked { message } => {
                write!(f, "the authorizer panicked: {}", OneLine(message))
            }
            Self::AuthorizerTimedOut { limit } => {
                write!(f, "the authorizer did not answer within {limit:?}")
            }
            Self::AuthorizerPaused {
                failures,
                remaining,
            } => {
                f.write_str("the authorizer is not asked ")?;
                if remaining.is_zero() {
                    f.write_str("while another request's call probes it")?;
                } else {
                    write!(f, "for another {remaining:.1?}")?;
                }
                write!(f, ", because its last {failures} calls failed")
            }
            Self::NoTimer => write!(
                f,
                "the authorizer's timeout needs tokio's timer, which is not running: use a tokio runtime with \
                 `enable_time`, as `#[tokio::main]` does, or set `no_authorizer_timeout`; {NOT_INVOKED}"
            ),
            Self::MalformedResponse { problem, .. } => {
                let problem = OneLine(problem);
                write!(f, "the authorizer's answer cannot be used: {problem}")
            }
            Self::NotAuthorized { cached_for } => {
                f.write_str("the authorizer answered `isAuthorized: false`")?;
                match cached_for {
                    None => Ok(()),
                    Some(arn) => write!(
                        f,
                        "; this is the cached answer to a request for `{}`, and it applies to every request of the \
                         same identity: add `$context.routeKey` to the identity sources, or set the result TTL to 0",
                        OneLine(arn)
                    ),
                }
            }
            Self::ExplicitDeny {
                statement,
                sid,
                method_arn,
                cached_for,
                unknown_key,
            } => {
                write!(f, "the policy's `Statement[{statement}]`")?;
                if let Some(sid) = sid {
                    write!(f, " (`{}`)", OneLine(sid))?;
                }
                write!(f, " denies `{}`", OneLine(method_arn))?;
                write_unknown_key(f, *unknown_key)?;
                write_cached_for(f, cached_for.as_deref(), "")
            }
            Self::ImplicitDeny {
                method_arn,
                cached_for,
                unknown_key,
            } => {
                let arn = OneLine(method_arn);
                write!(f, "no statement of the policy allows `{arn}`")?;
                write_unknown_key(f, *unknown_key)?;
                let advice = ": if the request should be allowed, make the policy cover everything that the caller may do, \
                              or set the result TTL to 0";
                write_cached_for(f, cached_for.as_deref(), advice)
            }
            Self::ReadingNotAllowed {
                method_arn,
                reading,
            } => write!(
                f,
                "the policy allows `{}`, but not `{}`, which some servers read instead",
                OneLine(method_arn),
                OneLine(reading)
            ),
        }
    }
}

/// Users get this 403 if a line of code that provides the key is missing.
fn write_unknown_key(f: &mut fmt::Formatter<'_>, unknown_key: Option<&UnknownKey>) -> fmt::Result {
    match unknown_key {
        None => Ok(()),
        Some(unknown_key) => write!(f, "; {unknown_key}"),
    }
}

/// Users get this 403 on the second path that they try, and cannot explain it.
fn write_cached_for(
    f: &mut fmt::Formatter<'_>,
    cached_for: Option<&str>,
    advice: &str,
) -> fmt::Result {
    match cached_for {
        None => Ok(()),
        Some(arn) => write!(
            f,
            "; this is the cached policy of a request for `{}`, and it decides every request of the same identity{advice}",
            OneLine(arn)
        ),
    }
}
