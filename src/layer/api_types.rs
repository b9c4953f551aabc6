//! The constructors, one for each kind of authorizer, and the settings of HTTP APIs.

use super::LambdaAuthorizerLayer;
use crate::{
    api::Differences,
    api_type::{ApiType, PayloadFormatVersion},
    authorizer::Authorizer,
    error::ConfigError,
    identity::{AuthorizerKind, IdentitySources},
    layer::config::AuthorizerConfig,
};

impl<A: Authorizer> LambdaAuthorizerLayer<A> {
    /// Creates a layer with a TOKEN authorizer of a REST API. The layer calls it with the value of one header:
    /// `Authorization`, unless you set another with [`identity_sources`](Self::identity_sources).
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = MockAuthorizer::new().with_token("Bearer ann", MockAnswer::allow());
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer));
    /// harness.get("/pets").header("authorization", "Bearer ann").send().await.assert_allowed();
    /// harness.get("/pets").send().await.assert_unauthorized().assert_not_invoked();
    /// # });
    /// ```
    pub fn token(authorizer: A) -> Self {
        Self::new(authorizer, AuthorizerKind::token_by_default())
    }

    /// Creates a layer with a REQUEST authorizer of a REST API. The layer calls it with the whole request, if the
    /// request has all identity sources.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, IdentitySources, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
    /// let layer = LambdaAuthorizerLayer::request(
    ///     authorizer,
    ///     ["method.request.header.Authorization", "method.request.querystring.tenant"],
    /// )?;
    ///
    /// // Without sources, the authorizer is called for every request. This must be stated explicitly.
    /// assert!(LambdaAuthorizerLayer::request(authorizer, "").is_err());
    /// let every = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none())?;
    /// # let _ = (layer, every);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if an expression is not an [`IdentitySource`](crate::IdentitySource) of a REST API, or
    /// if the list is empty.
    pub fn request<I>(authorizer: A, sources: I) -> Result<Self, ConfigError>
    where
        I: TryInto<IdentitySources>,
        ConfigError: From<I::Error>,
    {
        let sources = sources.try_into();
        let sources = sources
            .map_err(|error| ConfigError::from(error).for_sources_of(Differences::rest()))?;
        let kind = AuthorizerKind::request(sources)?;
        Ok(Self::new(authorizer, kind))
    }

    /// Creates a layer with an authorizer of an HTTP API. The layer calls it with the whole request, if the request has
    /// the header `Authorization`, or the sources that you set with [`identity_sources`](Self::identity_sources).
    ///
    /// The authorizer returns policies that name a principal, or a yes or no with
    /// [`simple_responses`](Self::simple_responses). Results are cached only if you set
    /// [`result_ttl`](Self::result_ttl), and the authorizer may take ten seconds.
    /// [Which API Gateway is yours](crate::api_types) lists all differences from a REST API.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     Ok(AuthorizerResponse::simple(request.identity() == ["allow"]))
    /// });
    /// let layer = LambdaAuthorizerLayer::http_api(authorizer).simple_responses()?;
    /// let harness = Harness::new(layer);
    /// let response = harness.get("/pets").header("authorization", "who?").send().await;
    /// response.assert_status(403).assert_body(r#"{"message":"Forbidden"}"#);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn http_api(authorizer: A) -> Self {
        Self::new(authorizer, AuthorizerKind::http_by_default())
    }

    /// Creates a layer with an authorizer of a WebSocket API, for the service that accepts the handshake. The layer
    /// calls the authorizer once for each connection, at `$connect`, if the handshake has the header `Authorization`,
    /// or the sources that you set with [`identity_sources`](Self::identity_sources).
    ///
    /// The layer authorizes every request as a handshake, on any path. So put it only around the routes that accept
    /// handshakes. If the messages of the connection need the [`AuthorizerContext`](crate::AuthorizerContext), the
    /// handler has to keep it. Results are never cached.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     assert!(request.method_arn().as_str().ends_with("/$connect"));
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// });
    /// let layer = LambdaAuthorizerLayer::websocket_api(authorizer)
    ///     .identity_sources("route.request.querystring.token")?;
    /// let harness = Harness::new(layer);
    /// harness.get("/chat?token=t").send().await.assert_allowed();
    /// harness.get("/chat").send().await.assert_unauthorized();
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn websocket_api(authorizer: A) -> Self {
        Self::new(authorizer, AuthorizerKind::websocket_by_default())
    }

    /// Creates a layer with an authorizer that is configured as on API Gateway.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if API Gateway would refuse the configuration; see [`AuthorizerConfig`].
    pub fn from_config(config: AuthorizerConfig, authorizer: A) -> Result<Self, ConfigError> {
        let (kind, ttl) = config.into_kind()?;
        let layer = Self::new(authorizer, kind);
        Ok(layer.with(|settings| settings.caching_mut().configured_ttl = ttl))
    }
}

impl<A> LambdaAuthorizerLayer<A> {
    /// Returns the type of API that this layer emulates.
    #[must_use]
    pub fn api_type(&self) -> ApiType {
        self.settings.api_type()
    }

    /// Sets the payload format version of an HTTP API's authorizer. The default is 2.0. The versions differ in
    /// [the event](crate::AuthorizerRequest::to_event), and in the context: version 1.0 converts its values to strings.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the API is not an HTTP API, or if the version is 1.0 and simple responses are on.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, PayloadFormatVersion, authorizer_fn, testing::Harness,
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|request| async move {
    ///     assert!(request.to_event().to_string().contains(r#""version":"1.0""#));
    ///     Ok(AuthorizerResponse::allow("*").with_principal_id("ann"))
    /// });
    /// let layer = LambdaAuthorizerLayer::http_api(authorizer)
    ///     .payload_format_version(PayloadFormatVersion::V1)?;
    /// let harness = Harness::new(layer);
    /// harness.get("/pets").header("authorization", "t").send().await.assert_allowed();
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn payload_format_version(
        self,
        version: PayloadFormatVersion,
    ) -> Result<Self, ConfigError> {
        let kind = self.settings.kind.with_payload_format_version(version)?;
        Ok(self.with(|settings| settings.kind = kind))
    }

    /// Makes an HTTP API's authorizer return a yes or no, [`AuthorizerResponse::simple`], instead of a policy. API
    /// Gateway calls this `enableSimpleResponses`. With this setting a policy is an invalid response, and without it a
    /// simple response is invalid.
    ///
    /// If results are cached, a yes applies to every method and path that the same identity requests. Add
    /// `$context.routeKey` to the identity sources to call the authorizer for each route. All paths that axum serves by
    /// a fallback or by `nest_service` are [one route](crate::IdentitySource).
    ///
    /// [`AuthorizerResponse::simple`]: crate::AuthorizerResponse::simple
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the API is not an HTTP API, or if the payload format version is 1.0.
    ///
    /// ```
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = authorizer_fn(|request| async move {
    ///     Ok(AuthorizerResponse::simple(request.identity() == ["ann"]))
    /// });
    /// Harness::new(LambdaAuthorizerLayer::http_api(authorizer).simple_responses()?).run_table("
    ///     GET  /pets  ann  allowed
    ///     GET  /pets  bob  denied
    /// ").await;
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn simple_responses(self) -> Result<Self, ConfigError> {
        let kind = self.settings.kind.with_simple_responses()?;
        Ok(self.with(|settings| settings.kind = kind))
    }
}
