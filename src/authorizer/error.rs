//! The error that an authorizer returns.

use std::{error::Error, fmt};

use super::MalformedAnswer;

/// The authorizer could not return a policy.
///
/// Like `anyhow::Error`, it converts from any error with `?`. So it cannot implement [`std::error::Error`] itself, but
/// converts into a boxed error.
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerError, AuthorizerErrorKind};
///
/// assert_eq!(AuthorizerError::unauthorized().kind(), AuthorizerErrorKind::Unauthorized);
///
/// fn parse(token: &str) -> Result<u32, AuthorizerError> {
///     Ok(token.parse::<u32>()?)
/// }
/// let error = parse("x").unwrap_err();
/// assert_eq!(error.kind(), AuthorizerErrorKind::Failed);
/// assert_eq!(error.to_string(), "invalid digit found in string");
/// ```
///
/// As on API Gateway, only the message counts: *any* error whose message is exactly `Unauthorized` is a 401, including
/// errors converted with `?`. To convert a boxed error or an `anyhow::Error`, use
/// `.map_err(|error| AuthorizerError::from_boxed(error.into()))`.
///
/// The client never sees the message. It is stored in the [`Denial`](crate::Denial) in the response's extensions, so
/// leave credentials out of it.
pub struct AuthorizerError(Failure);

/// What an [`AuthorizerError`] means for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizerErrorKind {
    /// The caller is not authenticated: 401.
    Unauthorized,
    /// The authorizer failed: 500.
    Failed,
    /// The authorizer's response cannot be used: 500.
    MalformedResponse,
}

/// Implements [`std::error::Error`], so that an `AuthorizerError` can be boxed and found again in the box.
#[derive(Debug)]
struct Failure {
    kind: AuthorizerErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The only message that means 401. As recorded, `Unauthorized: expired` is a 500.
const UNAUTHORIZED: &str = "Unauthorized";

impl AuthorizerError {
    /// The caller is not authenticated: the client gets 401.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(UNAUTHORIZED)
    }

    /// A failure with this message: the client gets 500. As on API Gateway, it gets 401 if the message is exactly
    /// `Unauthorized`.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Failure {
            kind: kind_of(&message),
            message,
            source: None,
        })
    }

    /// Converts a boxed error. An `AuthorizerError` that was boxed is returned unchanged.
    #[must_use]
    pub fn from_boxed(error: Box<dyn Error + Send + Sync>) -> Self {
        match error.downcast::<Failure>() {
            Ok(failure) => Self(*failure),
            Err(error) => {
                let message = error.to_string();
                Self(Failure {
                    kind: kind_of(&message),
                    message,
                    source: Some(error),
                })
            }
        }
    }

    pub(crate) fn malformed_response(answer: impl Into<MalformedAnswer>) -> Self {
        let answer = answer.into();
        Self(Failure {
            kind: AuthorizerErrorKind::MalformedResponse,
            message: answer.problem.clone(),
            source: Some(Box::new(answer)),
        })
    }

    /// What the error means for the client.
    #[must_use]
    pub fn kind(&self) -> AuthorizerErrorKind {
        self.0.kind
    }

    /// The error that it was converted from, if that has this type.
    pub(super) fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// The source of the error that it was converted from.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

fn kind_of(message: &str) -> AuthorizerErrorKind {
    if message == UNAUTHORIZED {
        AuthorizerErrorKind::Unauthorized
    } else {
        AuthorizerErrorKind::Failed
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for AuthorizerError {
    fn from(error: E) -> Self {
        Self::from_boxed(Box::new(error))
    }
}

impl From<AuthorizerError> for Box<dyn Error + Send + Sync> {
    fn from(error: AuthorizerError) -> Self {
        Box::new(error.0)
    }
}

impl fmt::Display for AuthorizerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for AuthorizerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizerError")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .finish()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        // The message is that of the wrapped error, so the chain continues with that error's source.
        self.source.as_deref().and_then(Error::source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_word_means_401() {
        for (message, kind) in [
            ("Unauthorized", AuthorizerErrorKind::Unauthorized),
            ("unauthorized", AuthorizerErrorKind::Failed),
            ("Unauthorized: token expired", AuthorizerErrorKind::Failed),
            (" Unauthorized", AuthorizerErrorKind::Failed),
            ("", AuthorizerErrorKind::Failed),
        ] {
            assert_eq!(AuthorizerError::new(message).kind(), kind, "{message}");
        }
        let io: AuthorizerError = std::io::Error::other("Unauthorized").into();
        assert_eq!(io.kind(), AuthorizerErrorKind::Unauthorized);
    }

    #[test]
    fn a_boxed_error_keeps_its_kind() {
        let boxed: Box<dyn Error + Send + Sync> = AuthorizerError::malformed_response("x").into();
        let error = AuthorizerError::from_boxed(boxed);
        assert_eq!(error.kind(), AuthorizerErrorKind::MalformedResponse);
    }
}
