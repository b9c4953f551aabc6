//! The error that an authorizer returns.

use std::{error::Error, fmt};

use super::{InvalidResponse, question_mark::ConvertedByQuestionMark};

/// The error of an authorizer that could not return a response.
///
/// # Which error is a 401?
///
/// As on API Gateway, only an error whose message is exactly `Unauthorized` is a 401. Any other error is a 500,
/// including an error that `?` converts:
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerError, AuthorizerErrorKind, OrUnauthorized};
///
/// fn tenant(token: &str) -> Result<u32, AuthorizerError> {
///     // The caller sent something else than a number, so the caller is not authenticated: 401.
///     let tenant: u32 = token.parse().or_unauthorized()?;
///     // This is not the caller's fault: 500.
///     let shards: u32 = "many".parse()?;
///     Ok(tenant % shards)
/// }
/// let error = tenant("x").unwrap_err();
/// assert_eq!(error.kind(), AuthorizerErrorKind::Unauthorized);
/// assert_eq!(error.source().unwrap().to_string(), "invalid digit found in string");
///
/// let error = tenant("7").unwrap_err();
/// assert_eq!(error.kind(), AuthorizerErrorKind::Failed);
/// assert_eq!(error.to_string(), "invalid digit found in string");
/// ```
///
/// [`or_unauthorized`](crate::OrUnauthorized) turns any error or a missing value into a 401. [`because`](Self::because)
/// gives a 401 a cause if there is no error to convert. The client never sees the message or the cause. They are in the
/// [`Denial`](crate::Denial) in the response's extensions, so leave credentials out of them.
///
/// # With `?`
///
/// `?` converts every type that implements [`std::error::Error`]. So this type cannot implement that trait itself, but
/// it converts into a boxed error, `Box<dyn Error>` with or without `Send + Sync`. For the same reason, `?` does not
/// convert boxed errors, `anyhow::Error` or strings. The compiler says what to write:
/// [`.or_unauthorized()?`](crate::OrUnauthorized) or [`.or_failed()?`](crate::OrFailed).
///
/// ```compile_fail,E0277
/// use tower_lambda_authorizer::AuthorizerError;
///
/// fn load() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
///     Ok(std::fs::read_to_string("keys.json")?)
/// }
/// fn keys() -> Result<String, AuthorizerError> {
///     Ok(load()?) // write `.or_unauthorized()?` for a 401, or `.or_failed()?` for a 500
/// }
/// ```
pub struct AuthorizerError(Failure);

/// What an [`AuthorizerError`] means for the client.
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerError, AuthorizerErrorKind};
///
/// assert_eq!(AuthorizerError::new("Unauthorized").kind(), AuthorizerErrorKind::Unauthorized);
/// assert_eq!(AuthorizerError::new("Unauthorized: expired").kind(), AuthorizerErrorKind::Failed);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    /// The error that has the message.
    converted: Option<Box<dyn Error + Send + Sync>>,
    /// What the application named as the cause.
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// The only message that means 401. As recorded, `Unauthorized: expired` is a 500.
const UNAUTHORIZED: &str = "Unauthorized";

impl AuthorizerError {
    /// The caller is not authenticated: the client gets 401. Say [why](Self::because), for your own logs.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::new(UNAUTHORIZED)
    }

    /// Adds the cause: an error of any kind (also `anyhow::Error`) or a string. It replaces an earlier cause.
    ///
    /// A cause never changes the response, and the client never sees it. It is in the
    /// [`DenialReason`](crate::DenialReason::AuthorizerSaidUnauthorized), with its own sources. Other requests of the
    /// same identity have it, too, if they wait for the same call or find the 401 in the cache. Each
    /// [`Denial`](crate::Denial) masks only the credentials of its own request. So a cause must not quote values of the
    /// request that are not part of its identity.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerError, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Err::<AuthorizerResponse, _>(AuthorizerError::unauthorized().because("the token has expired"))
    /// }));
    /// let request = http::Request::get("/pets").header("authorization", "Bearer old").body(()).unwrap();
    /// let why = layer.explain(request).await;
    /// assert_eq!(why.response().unwrap().status(), 401);
    /// assert_eq!(why.reason(), "the authorizer returned `Unauthorized`: the token has expired");
    /// # });
    /// ```
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// A failure with this message: the client gets 500. As on API Gateway, it gets 401 if the message is exactly
    /// `Unauthorized`.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self(Failure::new(kind_of(&message), message))
    }

    /// Converts a boxed error. An `AuthorizerError` that was boxed is returned unchanged.
    #[must_use]
    pub fn from_boxed(error: Box<dyn Error + Send + Sync>) -> Self {
        match error.downcast::<Failure>() {
            Ok(failure) => Self(*failure),
            Err(error) => {
                let message = error.to_string();
                let invalid = error.downcast_ref().map(InvalidResponse::kind);
                let mut failure = Failure::new(invalid.unwrap_or(kind_of(&message)), message);
                failure.converted = Some(error);
                Self(failure)
            }
        }
    }

    /// A 401 with this error as its cause. A 401 that was boxed is returned unchanged.
    pub(super) fn unauthorized_by(error: Box<dyn Error + Send + Sync>) -> Self {
        match error.downcast::<Failure>() {
            Ok(failure) if failure.kind == AuthorizerErrorKind::Unauthorized => Self(*failure),
            Ok(failure) => Self::unauthorized().because(failure),
            Err(error) => match error.downcast_ref().map(InvalidResponse::kind) {
                Some(AuthorizerErrorKind::Unauthorized) => Self::unauthorized(),
                _ => Self::unauthorized().because(error),
            },
        }
    }

    /// What the error means for the client.
    #[must_use]
    pub fn kind(&self) -> AuthorizerErrorKind {
        self.0.kind
    }

    /// The error that it was converted from, if that has this type.
    pub(super) fn downcast_ref<E: Error + 'static>(&self) -> Option<&E> {
        self.0.converted.as_deref()?.downcast_ref()
    }

    /// The [cause](Self::because). Without one, the source of the error that it was converted from.
    #[must_use]
    pub fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

/// The kind of a failure with this message.
pub(super) fn kind_of(message: &str) -> AuthorizerErrorKind {
    if message == UNAUTHORIZED {
        AuthorizerErrorKind::Unauthorized
    } else {
        AuthorizerErrorKind::Failed
    }
}

/// Converts every `E` that implements [`std::error::Error`].
impl<E: ConvertedByQuestionMark> From<E> for AuthorizerError {
    fn from(error: E) -> Self {
        Self::from_boxed(error.into_boxed())
    }
}

impl From<AuthorizerError> for Box<dyn Error + Send + Sync> {
    fn from(error: AuthorizerError) -> Self {
        Box::new(error.0)
    }
}

impl From<AuthorizerError> for Box<dyn Error> {
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

impl Failure {
    fn new(kind: AuthorizerErrorKind, message: String) -> Self {
        Self {
            kind,
            message,
            converted: None,
            cause: None,
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match (&self.cause, &self.converted) {
            (Some(cause), _) => Some(&**cause),
            // The message is that of the converted error, so the chain continues with that error's source.
            (None, Some(converted)) => converted.source(),
            (None, None) => None,
        }
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
        let error = AuthorizerError::from(InvalidResponse::malformed("x"));
        let boxed: Box<dyn Error + Send + Sync> = error.into();
        let error = AuthorizerError::from_boxed(boxed);
        assert_eq!(error.kind(), AuthorizerErrorKind::MalformedResponse);
    }
}
