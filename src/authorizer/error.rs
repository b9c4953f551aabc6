//! What can go wrong with an authorizer.

use std::{error::Error, fmt};

/// The authorizer did not answer with a policy.
///
/// Like `anyhow::Error`, it is made from any error by `?`, and for that reason does not implement
/// [`std::error::Error`] itself; it turns into a boxed one.
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
/// As on API Gateway, what counts is the text: *any* error whose text is exactly `Unauthorized` is a
/// 401, also one that came by `?`. A boxed error or an `anyhow::Error` is taken with
/// `.map_err(|error| AuthorizerError::from_boxed(error.into()))`.
///
/// The message reaches the [`Denial`](crate::Denial) in the response's extensions, never the client. So
/// leave credentials out of it.
pub struct AuthorizerError(Failure);

/// What an [`AuthorizerError`] means for the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthorizerErrorKind {
    /// The caller is not who it says: 401.
    Unauthorized,
    /// The authorizer failed: 500.
    Failed,
    /// The authorizer answered something that is no answer: 500.
    MalformedResponse,
}

/// The part that is a [`std::error::Error`], so that it can travel in a box and be found again.
#[derive(Debug)]
struct Failure {
    kind: AuthorizerErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The only message that means 401, letter by letter. As recorded: `Unauthorized: expired` is a 500.
const UNAUTHORIZED: &str = "Unauthorized";

impl AuthorizerError {
    /// The caller is not authenticated: it gets 401.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(UNAUTHORIZED)
    }

    /// A failure with this message: the client gets 500, unless the message is exactly
    /// `Unauthorized`, which is what API Gateway goes by.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Failure {
            kind: kind_of(&message),
            message,
            source: None,
        })
    }

    /// From a boxed error. An `AuthorizerError` that was boxed comes out as it was.
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

    pub(crate) fn malformed_response(problem: impl Into<String>) -> Self {
        Self(Failure {
            kind: AuthorizerErrorKind::MalformedResponse,
            message: problem.into(),
            source: None,
        })
    }

    /// What it means for the client.
    #[must_use]
    pub fn kind(&self) -> AuthorizerErrorKind {
        self.0.kind
    }

    /// The error that it was made from.
    pub(super) fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.source.as_deref()?.downcast_ref()
    }

    /// What caused the error that it was made from, if that says.
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
        // The message is the wrapped error's own, so the chain goes on behind it.
        self.source.as_deref().and_then(Error::source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_bare_word_means_401() {
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
    fn the_kind_survives_a_box() {
        let boxed: Box<dyn Error + Send + Sync> = AuthorizerError::malformed_response("x").into();
        let error = AuthorizerError::from_boxed(boxed);
        assert_eq!(error.kind(), AuthorizerErrorKind::MalformedResponse);
    }
}
