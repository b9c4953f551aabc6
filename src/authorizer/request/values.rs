//! The values that a client sends, read as the type of API reads its identity sources.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName};

use super::AuthorizerRequest;
use crate::{
    api::Repeated,
    request::context::{
        cookie_value, decoded_pairs, header_value, is_cookie_name, is_empty_cookie, joined_values,
        last_value,
    },
};

impl AuthorizerRequest {
    /// The value of a header, as this type of API reads it for its identity sources, without surrounding spaces and
    /// tabs. `None` if the header is missing or not UTF-8.
    ///
    /// If a header is repeated, the last value counts. An HTTP API joins the values with commas. Cookies are always
    /// joined with `; `, and the lists of a WebSocket handshake (`Sec-WebSocket-Protocol`, `Sec-WebSocket-Extensions`)
    /// with commas.
    ///
    /// Use this method or [`identity`](Self::identity) rather than the first value of [`headers`](Self::headers).
    /// Otherwise a client can send a header twice, and the authorizer checks another value than the one that counts.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn,
    ///     testing::Harness,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request: AuthorizerRequest| async move {
    ///     let tenant = request.header("x-tenant").or_unauthorized()?;
    ///     match request.header("x-api-key").as_deref() {
    ///         Some("k3y") => Ok(AuthorizerResponse::allow("*").with_context("tenant", tenant)),
    ///         _ => Err(AuthorizerError::unauthorized()),
    ///     }
    /// });
    /// let sources = ["method.request.header.X-Api-Key", "method.request.header.X-Tenant"];
    /// let harness = Harness::new(LambdaAuthorizerLayer::request(authorizer, sources)?);
    /// # tokio_test::block_on(async {
    /// let request = harness.get("/pets").header("x-api-key", "k3y").header("x-tenant", " acme ");
    /// request.send().await.assert_allowed().assert_context("tenant", "acme");
    /// # });
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    #[must_use]
    pub fn header(&self, name: impl TryInto<HeaderName>) -> Option<Cow<'_, str>> {
        let repeated = self.facts.differences.repeated_header;
        let name = name.try_into().ok()?;
        header_value(self.headers(), &name, repeated).ok().flatten()
    }

    /// All headers. To read one as API Gateway does, use [`header`](Self::header). If the request's target has an
    /// authority, as in HTTP/2, `Host` is that authority.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.facts.parts.headers
    }

    /// The decoded value of a query parameter, as this type of API reads it for its identity sources. `None` if the
    /// parameter is missing or not UTF-8.
    ///
    /// If a parameter is repeated, the last value counts. An HTTP API with the payload format 2.0 joins the values with
    /// commas.
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness};
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|request| async move {
    ///     assert_eq!(request.query("tenant").as_deref(), Some("a & b"));
    ///     Ok(AuthorizerResponse::allow("*"))
    /// });
    /// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.querystring.tenant")?;
    /// Harness::new(layer).get("/pets?tenant=acme&tenant=a%20%26%20b").send().await.assert_allowed();
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        let value = match self.facts.differences.repeated_query_parameter {
            Repeated::Last => last_value(self.raw_query(), name),
            Repeated::JoinedByCommas => joined_values(self.raw_query(), name),
        };
        value.ok().flatten()
    }

    /// All query parameters in their order, decoded. Bytes that are not UTF-8 become U+FFFD.
    pub fn query_parameters(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        decoded_pairs(self.raw_query())
    }

    /// The value of a cookie, as an [identity source](crate::IdentitySource#one-cookie) reads it: with any quotes around
    /// it. `None` if the cookie is missing or empty, or if two programs could read different values from the request.
    ///
    /// If results are cached, an answer that depends on a cookie needs that cookie as an identity source.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerError, AuthorizerResponse, IdentitySources, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     match request.cookie("session") {
    ///         Some("s3cret") => Ok(AuthorizerResponse::allow("*")),
    ///         _ => Err(AuthorizerError::unauthorized()),
    ///     }
    /// });
    /// // Without identity sources, no result is cached.
    /// let layer = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none())?;
    /// for (cookies, is_allowed) in [
    ///     ("theme=dark; session=s3cret", true),
    ///     ("session=s3cret; session=other", false),
    /// ] {
    ///     let request = http::Request::get("/pets").header("cookie", cookies).body(()).unwrap();
    ///     assert_eq!(layer.explain(request).await.is_allowed(), is_allowed);
    /// }
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        if !is_cookie_name(name) {
            return None;
        }
        let value = cookie_value(self.headers(), name).ok()?;
        value.filter(|value| !is_empty_cookie(value))
    }

    fn raw_query(&self) -> &str {
        self.uri().query().unwrap_or_default()
    }
}
