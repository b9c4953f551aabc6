//! The single thing that a request was refused for.

use std::{sync::Arc, time::Duration};

use crate::{
    authorizer::lambda::InvokeErrorKind,
    identity::IdentitySource,
    request::{host::HostAmbiguity, path::PathAmbiguity, unknown_key::UnknownKey},
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
