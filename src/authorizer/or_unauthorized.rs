//! What an error or a missing value means for the client: 401 or 500.

use std::error::Error;

use super::AuthorizerError;

/// Turns an error or a missing value into a 401.
///
/// It works for every error, including for `anyhow::Error`, boxed errors and strings, which `?` alone does not convert. The
/// error becomes the [cause](AuthorizerError::because), which the client never sees. A missing value has no cause, unless
/// `ok_or` gives it one.
///
/// ```
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerRequest, AuthorizerResponse, OrUnauthorized,
/// };
///
/// # fn verify(_: &str) -> Result<String, std::num::ParseIntError> { Ok("user-1".into()) }
/// fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
///     let token = request.token().and_then(|token| token.strip_prefix("Bearer "));
///     let token = token.ok_or("the token does not begin with `Bearer `").or_unauthorized()?;
///     let user = verify(token).or_unauthorized()?;
///     Ok(AuthorizerResponse::allow("*").with_principal_id(user))
/// }
/// let missing: Result<u8, _> = None.or_unauthorized();
/// assert_eq!(missing.unwrap_err().to_string(), "Unauthorized");
///
/// let expired: Result<u8, _> = Err("ExpiredSignature").or_unauthorized();
/// assert_eq!(expired.unwrap_err().source().unwrap().to_string(), "ExpiredSignature");
/// ```
///
/// If the error is an `AuthorizerError` that is a 401 already, it keeps its own cause.
pub trait OrUnauthorized<T>: for_values::Sealed {
    /// Returns the value, or [`AuthorizerError::unauthorized`] with the error as its cause.
    ///
    /// # Errors
    ///
    /// The client gets 401 if there is an error or no value.
    fn or_unauthorized(self) -> Result<T, AuthorizerError>;
}

/// Makes a 500 of an error that `?` cannot convert: an `anyhow::Error`, a boxed error or a string.
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerError, OrFailed};
///
/// # type AnyError = Box<dyn std::error::Error + Send + Sync>;
/// fn read_keys() -> Result<String, AnyError> {
///     Err("no keys".into())
/// }
/// fn keys() -> Result<String, AuthorizerError> {
///     let keys = read_keys().or_failed()?;
///     Ok(keys)
/// }
/// assert_eq!(keys().unwrap_err().to_string(), "no keys");
/// ```
///
/// It does the same as [`AuthorizerError::from_boxed`]. So an error whose message is exactly `Unauthorized` is a 401
/// here, too, as on API Gateway.
pub trait OrFailed<T>: for_results::Sealed {
    /// Returns the value, or the error as an [`AuthorizerError`].
    ///
    /// # Errors
    ///
    /// The client gets 500 if there is an error, unless its message is exactly `Unauthorized`.
    fn or_failed(self) -> Result<T, AuthorizerError>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrUnauthorized<T> for Result<T, E> {
    fn or_unauthorized(self) -> Result<T, AuthorizerError> {
        self.map_err(|error| AuthorizerError::unauthorized_by(error.into()))
    }
}

impl<T> OrUnauthorized<T> for Option<T> {
    fn or_unauthorized(self) -> Result<T, AuthorizerError> {
        self.ok_or_else(AuthorizerError::unauthorized)
    }
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> OrFailed<T> for Result<T, E> {
    fn or_failed(self) -> Result<T, AuthorizerError> {
        self.map_err(|error| AuthorizerError::from_boxed(error.into()))
    }
}

mod for_values {
    pub trait Sealed {}
    impl<T, E> Sealed for Result<T, E> {}
    impl<T> Sealed for Option<T> {}
}

mod for_results {
    pub trait Sealed {}
    impl<T, E> Sealed for Result<T, E> {}
}
