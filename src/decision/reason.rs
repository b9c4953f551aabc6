//! The single thing that a request was refused for, in words.

use std::{fmt, sync::Arc, time::Duration};

use super::UnknownKey;
use crate::{
    authorizer::lambda::InvokeErrorKind,
    gateway_response::ResponseType,
    identity::IdentitySource,
    policy::OneLine,
    request::{host::HostAmbiguity, path::PathAmbiguity},
};

/// The single thing that a request was refused for.
///
/// No identity value and no header is in it, but the words of an authorizer that failed: keep credentials out of those.
/// [`Denial::explanation`](super::Denial::explanation) masks the request's there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DenialReason {
    /// An identity source is not in the request.
    #[non_exhaustive]
    IdentitySourceMissing {
        /// The first source that is missing.
        source: IdentitySource,
    },
    /// An identity source is in the request, but empty.
    #[non_exhaustive]
    IdentitySourceEmpty {
        /// The source.
        source: IdentitySource,
    },
    /// An identity source is in the request, but not UTF-8.
    #[non_exhaustive]
    IdentitySourceNotUtf8 {
        /// The source.
        source: IdentitySource,
    },
    /// An identity source can be read in more than one way: a cookie that is there twice, for example. See
    /// [`IdentitySource`](IdentitySource#one-cookie).
    #[non_exhaustive]
    IdentitySourceAmbiguous {
        /// The source.
        source: IdentitySource,
    },
    /// The token does not match the identity validation expression.
    #[non_exhaustive]
    RefusedByValidationExpression {
        /// The source of the token.
        source: IdentitySource,
    },
    /// The handshake of a WebSocket API has more than one `Authorization` header.
    SeveralAuthorizationHeaders,
    /// The path can be read in more than one way.
    #[non_exhaustive]
    AmbiguousPath {
        /// In what way.
        ambiguity: PathAmbiguity,
    },
    /// The request names its host in two ways, or in a way that two readers take for two hosts.
    #[non_exhaustive]
    AmbiguousHost {
        /// What makes it ambiguous.
        ambiguity: HostAmbiguity,
    },
    /// The API has no operation for this path and method.
    NoSuchOperation,
    /// The method ARN is longer than allowed.
    #[non_exhaustive]
    MethodArnTooLong {
        /// Its length in bytes.
        length: usize,
        /// The most that is allowed.
        limit: usize,
    },
    /// The request's body is longer than its [layer](crate::RequestBodyLayer) reads.
    #[non_exhaustive]
    RequestBodyTooLarge {
        /// The most bytes that it reads.
        limit: usize,
    },
    /// The request's body ended with an error.
    RequestBodyBroken,
    /// The authorizer is to be given the request's body, and no [layer](crate::RequestBodyLayer) has read it.
    RequestBodyNotRead,
    /// The authorizer failed with exactly `Unauthorized`.
    AuthorizerSaidUnauthorized,
    /// The authorizer failed.
    #[non_exhaustive]
    AuthorizerFailed {
        /// What it said.
        message: String,
    },
    /// The authorizer's function was not invoked, or its answer did not arrive.
    #[non_exhaustive]
    FunctionNotInvoked {
        /// What kept it.
        kind: InvokeErrorKind,
        /// What the transport said.
        message: String,
    },
    /// The authorizer panicked.
    #[non_exhaustive]
    AuthorizerPanicked {
        /// What it said.
        message: String,
    },
    /// The authorizer did not answer in time.
    #[non_exhaustive]
    AuthorizerTimedOut {
        /// The time it had.
        limit: Duration,
    },
    /// The authorizer's time limit needs tokio's timer, and there is none: the authorizer was not asked.
    NoTimer,
    /// The authorizer's answer cannot be used.
    #[non_exhaustive]
    MalformedResponse {
        /// What is wrong with it.
        problem: String,
    },
    /// The authorizer's simple answer was no.
    #[non_exhaustive]
    NotAuthorized {
        /// The ARN that the authorizer was asked about, where its kept answer was used for another.
        cached_for: Option<Arc<str>>,
    },
    /// A statement of the policy denies the request.
    #[non_exhaustive]
    ExplicitDeny {
        /// The index of the statement.
        statement: usize,
        /// The `Sid` of the statement, if it has one.
        sid: Option<String>,
        /// The ARN that was denied.
        method_arn: String,
        /// The ARN that the authorizer was asked about, where its kept result was used for another.
        cached_for: Option<Arc<str>>,
        /// The condition key that the statement asks for and this process
        /// [does not know](crate::LambdaAuthorizerLayer#keys-that-are-not-known), with the line of code that is missing.
        unknown_key: Option<&'static UnknownKey>,
    },
    /// No statement of the policy allows the request.
    #[non_exhaustive]
    ImplicitDeny {
        /// The ARN that nothing allows.
        method_arn: String,
        /// The ARN that the authorizer was asked about, where its kept result was used for another.
        cached_for: Option<Arc<str>>,
        /// A condition key that the policy asks for and this process
        /// [does not know](crate::LambdaAuthorizerLayer#keys-that-are-not-known), with the line of code that is missing.
        unknown_key: Option<&'static UnknownKey>,
    },
}

impl DenialReason {
    /// The gateway response for this reason: 401 where the caller is unknown, 403 where it is refused,
    /// 500 where the authorizer is broken.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        match self {
            Self::IdentitySourceMissing { .. }
            | Self::IdentitySourceEmpty { .. }
            | Self::IdentitySourceNotUtf8 { .. }
            | Self::IdentitySourceAmbiguous { .. }
            | Self::RefusedByValidationExpression { .. }
            | Self::AuthorizerSaidUnauthorized => ResponseType::Unauthorized,
            Self::NotAuthorized { .. } | Self::ExplicitDeny { .. } | Self::ImplicitDeny { .. } => {
                ResponseType::AccessDenied
            }
            Self::AuthorizerFailed { .. }
            | Self::FunctionNotInvoked { .. }
            | Self::AuthorizerPanicked { .. }
            | Self::AuthorizerTimedOut { .. }
            | Self::NoTimer
            | Self::RequestBodyNotRead
            | Self::MalformedResponse { .. } => ResponseType::AuthorizerConfigurationError,
            Self::RequestBodyTooLarge { .. } => ResponseType::RequestTooLarge,
            Self::SeveralAuthorizationHeaders
            | Self::RequestBodyBroken
            | Self::AmbiguousPath { .. }
            | Self::AmbiguousHost { .. }
            | Self::MethodArnTooLong { .. } => ResponseType::Default4xx,
            Self::NoSuchOperation => ResponseType::MissingAuthenticationToken,
        }
    }
}

impl DenialReason {
    /// Whether the text has words of the authorizer's, which may be a credential.
    pub(crate) fn quotes_the_authorizer(&self) -> bool {
        matches!(
            self,
            Self::AuthorizerFailed { .. }
                | Self::FunctionNotInvoked { .. }
                | Self::AuthorizerPanicked { .. }
                | Self::MalformedResponse { .. }
        )
    }
}

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
            Self::AmbiguousPath { ambiguity } => {
                write!(
                    f,
                    "the path can be read in two ways: {ambiguity}; {NOT_INVOKED}"
                )
            }
            Self::AmbiguousHost { ambiguity } => write!(
                f,
                "the request can be for two hosts: {ambiguity}; {NOT_INVOKED}"
            ),
            Self::NoSuchOperation => write!(
                f,
                "the API has no operation for this path and method; {NOT_INVOKED}"
            ),
            Self::MethodArnTooLong { length, limit } => write!(
                f,
                "the method ARN has {length} bytes and {limit} are allowed; {NOT_INVOKED}"
            ),
            Self::RequestBodyTooLarge { limit } => write!(
                f,
                "the request's body has more than {limit} bytes, or comes in too many pieces; {NOT_INVOKED}"
            ),
            Self::RequestBodyBroken => {
                write!(f, "the request's body ended with an error; {NOT_INVOKED}")
            }
            Self::RequestBodyNotRead => write!(
                f,
                "the authorizer is to be given the request's body, which nobody has read: put a `RequestBodyLayer` \
                 around this layer; {NOT_INVOKED}"
            ),
            Self::AuthorizerSaidUnauthorized => f.write_str("the authorizer said `Unauthorized`"),
            Self::AuthorizerFailed { message } => {
                write!(f, "the authorizer failed: {}", OneLine(message))?;
                match message.to_ascii_lowercase().contains("unauthorized") {
                    true => f.write_str(
                        " (only the message `Unauthorized`, letter by letter, is a 401)",
                    ),
                    false => Ok(()),
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
            Self::NoTimer => write!(
                f,
                "the authorizer's time limit needs tokio's timer, which does not run here: serve from a tokio runtime \
                 with `enable_time`, as `#[tokio::main]` does, or set `no_authorizer_timeout`; {NOT_INVOKED}"
            ),
            Self::MalformedResponse { problem } => {
                let problem = OneLine(problem);
                write!(f, "the authorizer's answer cannot be used: {problem}")
            }
            Self::NotAuthorized { cached_for } => {
                f.write_str("the authorizer answered `isAuthorized: false`")?;
                match cached_for {
                    None => Ok(()),
                    Some(arn) => write!(
                        f,
                        "; the answer was kept from a request for `{}`, and counts for all of the same \
                         identity: add `$context.routeKey` to the identity sources, or set the results' time to \
                         live to 0",
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
                let advice = ": make it cover the stage, or set the results' time to live to 0";
                write_cached_for(f, cached_for.as_deref(), advice)
            }
        }
    }
}

/// The 403 of who has forgotten a line of code.
fn write_unknown_key(f: &mut fmt::Formatter<'_>, unknown_key: Option<&UnknownKey>) -> fmt::Result {
    match unknown_key {
        None => Ok(()),
        Some(unknown_key) => write!(f, "; {unknown_key}"),
    }
}

/// The 403 on the second path, which nobody understands.
fn write_cached_for(
    f: &mut fmt::Formatter<'_>,
    cached_for: Option<&str>,
    advice: &str,
) -> fmt::Result {
    match cached_for {
        None => Ok(()),
        Some(arn) => write!(
            f,
            "; the policy was kept from a request for `{}`, and each request is held against it{advice}",
            OneLine(arn)
        ),
    }
}
