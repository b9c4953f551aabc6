//! Why a function was not invoked, or its response did not arrive.

use std::error::Error;

/// A function was not invoked, or its response did not arrive. The client gets 500.
///
/// The message says what happened and what to do. The source, if there is one, has the details. The
/// [`Denial`](crate::Denial) shows both, so leave credentials out of the source.
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

/// The kinds of an [`InvokeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeErrorKind {
    /// The function, the account or the caller exceeds its limit of concurrent or frequent calls (429).
    #[error("the function is throttled; raise its concurrency, or keep results for longer")]
    Throttled,
    /// The function did not respond within the transport's timeout.
    #[error("the function did not answer in time; raise the timeout, or make the function faster")]
    TimedOut,
    /// The function, or the version of it, does not exist (404).
    #[error(
        "there is no such function; check its name, its qualifier, and the client's region and account"
    )]
    NoSuchFunction,
    /// The caller has no permission to invoke the function (403).
    #[error(
        "the function may not be invoked; give the client's credentials the permission `lambda:InvokeFunction`"
    )]
    NotPermitted,
    /// AWS does not accept the client's credentials. They are expired or unknown, or their signature is wrong.
    #[error(
        "the client's credentials are not accepted; renew them, and check the key, the session token and the machine's clock"
    )]
    CredentialsRejected,
    /// The event exceeds the size limit of an invocation (413).
    #[error(
        "the event is too large for the function; limit the size of the request's headers, or use a TOKEN authorizer"
    )]
    EventTooLarge,
    /// The connection to the function's endpoint failed or broke.
    #[error(
        "the function's endpoint cannot be reached; check the endpoint, the network and the proxy"
    )]
    Unreachable,
    /// The client is not configured for calls: it has no region, no credentials or no HTTP client.
    #[error(
        "the client cannot make the call; check its region, its credentials and its HTTP client"
    )]
    NotConfigured,
    /// The service could not run the function, or its response cannot be understood.
    #[error("the function was not run, or its response was lost")]
    Failed,
}

impl InvokeError {
    /// Creates an error of this kind, with its source.
    #[must_use]
    pub fn new(kind: InvokeErrorKind, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            kind,
            source: cause.into(),
        }
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> InvokeErrorKind {
        self.kind
    }
}
