//! Why a function was not invoked, or its answer did not arrive.

use std::error::Error;

/// A function could not be invoked, or its answer did not arrive: 500 for the client.
///
/// The text says what happened and what to do; the cause, if there is one, has the details. Both are in the
/// [`Denial`](crate::Denial), so no credential may be in the cause.
///
/// ```
/// use tower_lambda_authorizer::lambda::{InvokeError, InvokeErrorKind};
///
/// let error = InvokeError::new(InvokeErrorKind::Unreachable, "connection refused");
/// assert_eq!(error.kind(), InvokeErrorKind::Unreachable);
/// assert_eq!(
///     error.to_string(),
///     "the function's endpoint cannot be reached; check the endpoint, the network and the proxy"
/// );
/// assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "connection refused");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{kind}")]
pub struct InvokeError {
    kind: InvokeErrorKind,
    source: Box<dyn Error + Send + Sync>,
}

/// What an [`InvokeError`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeErrorKind {
    /// More calls than the function, the account or the caller may make at once (429).
    #[error("the function is throttled; raise its concurrency, or keep results for longer")]
    Throttled,
    /// No answer in the time that the transport allows.
    #[error(
        "the function did not answer in time; raise the time limit, or make the function faster"
    )]
    TimedOut,
    /// There is no such function, or no such version of it (404).
    #[error(
        "there is no such function; check its name, its qualifier, and the client's region and account"
    )]
    NoSuchFunction,
    /// AWS knows the caller, which may not invoke the function (403).
    #[error(
        "the function may not be invoked; give the client's credentials the permission `lambda:InvokeFunction`"
    )]
    NotPermitted,
    /// AWS does not take the client's credentials: they have expired, are unknown, or the signature made with them is
    /// wrong.
    #[error(
        "the client's credentials are not accepted; renew them, and check the key, the session token and the machine's clock"
    )]
    CredentialsRejected,
    /// The event is larger than an invocation allows (413).
    #[error(
        "the event is too large for the function; bound the request's headers, or ask a TOKEN authorizer"
    )]
    EventTooLarge,
    /// There is no connection to the function's endpoint, or it broke.
    #[error(
        "the function's endpoint cannot be reached; check the endpoint, the network and the proxy"
    )]
    Unreachable,
    /// The client cannot make a call as it is configured: no region, no credentials, no HTTP client.
    #[error(
        "the client cannot make the call; check its region, its credentials and its HTTP client"
    )]
    NotConfigured,
    /// The service could not run the function, or did not answer in a way that can be understood.
    #[error("the function was not run, or its answer was lost")]
    Failed,
}

impl InvokeError {
    /// An error of this kind, with its cause.
    #[must_use]
    pub fn new(kind: InvokeErrorKind, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind,
            source: cause.into(),
        }
    }

    /// What it is about.
    #[must_use]
    pub fn kind(&self) -> InvokeErrorKind {
        self.kind
    }
}
