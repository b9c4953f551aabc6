//! The bearer token of a request.

use http::header::AUTHORIZATION;

use super::AuthorizerRequest;
use crate::authorizer::AuthorizerError;

impl AuthorizerRequest {
    /// The token of `Authorization: Bearer TOKEN` (RFC 6750). The case of `Bearer` does not matter, and the characters of
    /// the token are letters, digits, `-`, `.`, `_`, `~`, `+`, `/`, and `=` at its end.
    ///
    /// A TOKEN authorizer reads it from its [`token`](Self::token), any other from the header.
    ///
    /// The identity of a cached result is the whole header, in which the client chooses the case of `Bearer`. So to revoke
    /// a token, do not [`invalidate`](crate::caching::AuthorizerResults::invalidate) `Bearer TOKEN`, but the principal or a
    /// tag.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request: AuthorizerRequest| async move {
    ///     Ok(match request.bearer_token()? {
    ///         "t1" => AuthorizerResponse::allow(request.method_arn()),
    ///         _ => AuthorizerResponse::deny("*"),
    ///     })
    /// });
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
    /// harness.get("/pets").header("authorization", "bearer t1").send().await.assert_allowed();
    /// harness.get("/pets").header("authorization", "Basic t1").send().await.assert_unauthorized();
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The client gets 401, and the cause says what is wrong, if there is no such token or if there are several headers. The
    /// same happens if results are cached and the header is not among the request's identity, because the result for one
    /// token would then be used for others. So make `Authorization` an identity source, or cache nothing.
    pub fn bearer_token(&self) -> Result<&str, AuthorizerError> {
        let unauthorized = |cause: &'static str| AuthorizerError::unauthorized().because(cause);
        let credentials = match self.token() {
            Some(token) => token,
            None => self.authorization()?,
        };
        let (scheme, token) = credentials.split_once(' ').unwrap_or((credentials, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(unauthorized("the credentials do not begin with `Bearer `"));
        }
        let token = token.trim_start_matches(' ');
        if !is_token(token) {
            return Err(unauthorized(
                "there is no bearer token, or it has a character that none can have",
            ));
        }
        Ok(token)
    }

    /// The value of the only header `Authorization`, without spaces and tabs around it, like that of an identity source. A
    /// client could send some over HTTP/2.
    fn authorization(&self) -> Result<&str, AuthorizerError> {
        let unauthorized = |cause: &'static str| AuthorizerError::unauthorized().because(cause);
        let mut values = self.headers().get_all(AUTHORIZATION).iter();
        let value = match (values.next(), values.next()) {
            (Some(value), None) => value.to_str(),
            (None, _) => return Err(unauthorized("the request has no header `Authorization`")),
            (Some(_), Some(_)) => {
                return Err(unauthorized(
                    "the request has several headers `Authorization`",
                ));
            }
        };
        let value = value.map_err(|_| unauthorized("the header `Authorization` is not ASCII"))?;
        let value = value.trim_matches([' ', '\t']);
        let is_cached = self.facts().texts.key().is_some();
        if is_cached && !self.identity().iter().any(|known| known == value) {
            return Err(unauthorized(
                "results are cached, but the header `Authorization` is not an identity source of this request: the \
                 result for one bearer token would be used for others",
            ));
        }
        Ok(value)
    }
}

/// `b64token` of RFC 6750.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    let characters = text.trim_end_matches('=');
    !characters.is_empty() && characters.bytes().all(is_part)
}
