//! The reason for a refusal.

use std::{sync::Arc, time::Duration};

use crate::{
    authorizer::{AnswerProblem, lambda::InvokeErrorKind},
    identity::IdentitySource,
    request::{host::HostAmbiguity, path::PathAmbiguity, unknown_key::UnknownKey},
};

/// The reason why a request was refused.
///
/// It contains no identity value and no header. If the authorizer failed, it contains the authorizer's own message, so
/// keep credentials out of such messages and causes. A reason shows them unchanged, even in its `Display` and `Debug`.
/// [`Denial`](crate::Denial) masks the request's credentials in them when it is displayed or explained, so log the denial,
/// not its reason.
///
/// ```
/// # tokio_test::block_on(async {
/// use std::convert::Infallible;
///
/// use http::{Request, Response};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, Denial, DenialReason, LambdaAuthorizerLayer, authorizer_fn,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }));
/// let service = layer.layer(service_fn(async |_: Request<String>| {
///     Ok::<_, Infallible>(Response::new(String::new()))
/// }));
/// let response = service.oneshot(Request::new(String::new())).await.unwrap();
/// let reason = response.extensions().get::<Denial>().unwrap().reason();
/// match reason {
///     DenialReason::IdentitySourceMissing { source, .. } => {
///         assert_eq!(source.to_string(), "method.request.header.Authorization");
///     }
///     other => panic!("{other:?}"),
/// }
/// assert_eq!(reason.name(), "identity_source_missing");
/// # });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DenialReason {
    /// An identity source is not in the request.
    #[non_exhaustive]
    IdentitySourceMissing {
        /// The first source that is missing.
        source: IdentitySource,
    },
    /// An identity source is in the request but is empty.
    #[non_exhaustive]
    IdentitySourceEmpty {
        /// The source.
        source: IdentitySource,
    },
    /// An identity source is in the request but is not UTF-8.
    #[non_exhaustive]
    IdentitySourceNotUtf8 {
        /// The source.
        source: IdentitySource,
    },
    /// An identity source can be read in more than one way. For example, a cookie appears twice. See
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
    /// A WebSocket handshake has more than one `Authorization` header.
    SeveralAuthorizationHeaders,
    /// The path can be read in more than one way.
    #[non_exhaustive]
    AmbiguousPath {
        /// What makes it ambiguous.
        ambiguity: PathAmbiguity,
    },
    /// The request names two hosts, or two programs could read different hosts from it.
    #[non_exhaustive]
    AmbiguousHost {
        /// What makes it ambiguous.
        ambiguity: HostAmbiguity,
    },
    /// The API has no operation for this path and method.
    NoSuchOperation,
    /// The method ARN is too long.
    #[non_exhaustive]
    MethodArnTooLong {
        /// Its length in bytes.
        length: usize,
        /// The greatest length that is allowed.
        limit: usize,
    },
    /// The request's body is larger than the limit of its
    /// [`ReadRequestBodyLayer`](crate::request_body::ReadRequestBodyLayer).
    #[non_exhaustive]
    RequestBodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The request's body ended with an error.
    RequestBodyBroken,
    /// The authorizer expects the request's body, but no
    /// [`ReadRequestBodyLayer`](crate::request_body::ReadRequestBodyLayer) has read it.
    RequestBodyNotRead,
    /// The authorizer failed with exactly the message `Unauthorized`.
    #[non_exhaustive]
    AuthorizerSaidUnauthorized {
        /// The [cause](crate::AuthorizerError::because) with its sources, if the authorizer gave one. At most 16 KiB. A
        /// Lambda function cannot give one.
        cause: Option<Arc<str>>,
    },
    /// The authorizer failed.
    #[non_exhaustive]
    AuthorizerFailed {
        /// The authorizer's message.
        message: String,
    },
    /// The authorizer's Lambda function could not be invoked, or its answer did not arrive.
    #[non_exhaustive]
    FunctionNotInvoked {
        /// What went wrong.
        kind: InvokeErrorKind,
        /// The transport's message.
        message: String,
    },
    /// The authorizer panicked.
    #[non_exhaustive]
    AuthorizerPanicked {
        /// The panic's message.
        message: String,
    },
    /// The authorizer did not answer in time.
    #[non_exhaustive]
    AuthorizerTimedOut {
        /// The timeout.
        limit: Duration,
    },
    /// The authorizer was not invoked, because its last calls failed and its
    /// [circuit breaker](crate::LambdaAuthorizerLayer::circuit_breaker) is open.
    #[non_exhaustive]
    AuthorizerPaused {
        /// How many calls failed.
        failures: u32,
        /// How much longer the authorizer is not invoked. Zero if a call of another request is testing whether it works
        /// again.
        remaining: Duration,
    },
    /// The authorizer was not invoked, because its timeout needs tokio's timer and there is none.
    NoTimer,
    /// The authorizer's answer cannot be used.
    #[non_exhaustive]
    MalformedResponse {
        /// What is wrong with it, for programs.
        kind: AnswerProblem,
        /// What is wrong with it, as a sentence.
        problem: String,
    },
    /// The authorizer answered `isAuthorized: false`.
    #[non_exhaustive]
    NotAuthorized {
        /// If the answer came from the cache: the method ARN that the authorizer was asked about.
        cached_for: Option<Arc<str>>,
    },
    /// A statement of the policy denies the request.
    #[non_exhaustive]
    ExplicitDeny {
        /// The index of the statement.
        statement: usize,
        /// The `Sid` of the statement, if it has one.
        sid: Option<String>,
        /// The method ARN that was denied.
        method_arn: String,
        /// If the policy came from the cache: the method ARN that the authorizer was asked about.
        cached_for: Option<Arc<str>>,
        /// The condition key that the statement needs and this process
        /// [does not know](crate::LambdaAuthorizerLayer#keys-that-are-not-known), with the line of code that is missing.
        unknown_key: Option<&'static UnknownKey>,
    },
    /// No statement of the policy allows the request.
    #[non_exhaustive]
    ImplicitDeny {
        /// The method ARN that no statement allows.
        method_arn: String,
        /// If the policy came from the cache: the method ARN that the authorizer was asked about.
        cached_for: Option<Arc<str>>,
        /// A condition key that the policy needs and this process
        /// [does not know](crate::LambdaAuthorizerLayer#keys-that-are-not-known), with the line of code that is missing.
        unknown_key: Option<&'static UnknownKey>,
    },
    /// The policy allows the path, which has an empty segment or a `;`, but not another path that servers may read instead.
    /// See [`AmbiguousPaths::Refuse`](crate::AmbiguousPaths::Refuse).
    #[non_exhaustive]
    ReadingNotAllowed {
        /// The method ARN that the policy allows.
        method_arn: String,
        /// The method ARN for the other path.
        reading: String,
    },
}

impl DenialReason {
    /// The authorizer's own message, which may contain a credential.
    pub(crate) fn quoted(&self) -> Option<&str> {
        match self {
            Self::AuthorizerSaidUnauthorized { cause } => cause.as_deref(),
            Self::AuthorizerFailed { message }
            | Self::FunctionNotInvoked { message, .. }
            | Self::AuthorizerPanicked { message } => Some(message),
            Self::MalformedResponse { problem, .. } => Some(problem),
            Self::IdentitySourceMissing { .. }
            | Self::IdentitySourceEmpty { .. }
            | Self::IdentitySourceNotUtf8 { .. }
            | Self::IdentitySourceAmbiguous { .. }
            | Self::RefusedByValidationExpression { .. }
            | Self::SeveralAuthorizationHeaders
            | Self::AmbiguousPath { .. }
            | Self::AmbiguousHost { .. }
            | Self::NoSuchOperation
            | Self::MethodArnTooLong { .. }
            | Self::RequestBodyTooLarge { .. }
            | Self::RequestBodyBroken
            | Self::RequestBodyNotRead
            | Self::AuthorizerTimedOut { .. }
            | Self::AuthorizerPaused { .. }
            | Self::NoTimer
            | Self::NotAuthorized { .. }
            | Self::ExplicitDeny { .. }
            | Self::ImplicitDeny { .. }
            | Self::ReadingNotAllowed { .. } => None,
        }
    }

    /// The same reason with another message.
    pub(crate) fn quoting(mut self, other: String) -> Self {
        match &mut self {
            Self::AuthorizerSaidUnauthorized { cause } => *cause = Some(other.into()),
            Self::AuthorizerFailed { message }
            | Self::FunctionNotInvoked { message, .. }
            | Self::AuthorizerPanicked { message } => *message = other,
            Self::MalformedResponse { problem, .. } => *problem = other,
            _ => {}
        }
        self
    }
}
