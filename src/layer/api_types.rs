//! The constructors, one for each kind of authorizer, and what only HTTP APIs can be told.

use super::LambdaAuthorizerLayer;
use crate::{
    api_type::{ApiType, PayloadFormatVersion},
    authorizer::Authorizer,
    error::ConfigError,
    identity::{AuthorizerKind, IdentitySources},
    layer::config::AuthorizerConfig,
};

impl<A: Authorizer> LambdaAuthorizerLayer<A> {
    /// A TOKEN authorizer: it is asked about one header, `Authorization` unless
    /// [`identity_sources`](Self::identity_sources) names another.
    pub fn token(authorizer: A) -> Self {
        Self::new(authorizer, AuthorizerKind::token_by_default())
    }

    /// A REQUEST authorizer: it is asked about the request as a whole, provided that all identity
    /// sources are there.
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
    /// // Without any source the authorizer runs on every request. That has to be said.
    /// assert!(LambdaAuthorizerLayer::request(authorizer, "").is_err());
    /// let every = LambdaAuthorizerLayer::request(authorizer, IdentitySources::none())?;
    /// # let _ = (layer, every);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where an expression is not an [`IdentitySource`](crate::IdentitySource) of a REST API or the list is empty.
    pub fn request<I>(authorizer: A, sources: I) -> Result<Self, ConfigError>
    where
        I: TryInto<IdentitySources>,
        ConfigError: From<I::Error>,
    {
        let kind = AuthorizerKind::request(sources.try_into()?)?;
        Ok(Self::new(authorizer, kind))
    }

    /// An HTTP API's authorizer: it is asked about the request as a whole, provided that the header `Authorization` is
    /// there, or whatever [`identity_sources`](Self::identity_sources) names.
    ///
    /// It answers with policies that name a principal, or with yes or no where
    /// [`simple_responses`](Self::simple_responses) are on. Results are kept only where
    /// [`result_ttl`](Self::result_ttl) says so, and an answer may take ten seconds.
    /// [Which API Gateway is yours](crate::api_types) has all that differs from a REST API.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// # use bytes::Bytes;
    /// # use http::{Request, Response, StatusCode};
    /// # use http_body_util::{BodyExt, Full};
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     Ok(AuthorizerResponse::simple(request.identity() == ["allow"]))
    /// });
    /// let layer = LambdaAuthorizerLayer::http_api(authorizer).simple_responses()?;
    /// # let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
    /// #     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    /// # }));
    /// let request = Request::get("/pets").header("authorization", "who?").body(Full::default());
    /// let response = service.oneshot(request.unwrap()).await.unwrap();
    /// assert_eq!(response.status(), StatusCode::FORBIDDEN);
    /// let body = response.into_body().collect().await.unwrap().to_bytes();
    /// assert_eq!(body, r#"{"message":"Forbidden"}"#);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn http_api(authorizer: A) -> Self {
        Self::new(authorizer, AuthorizerKind::http_by_default())
    }

    /// A WebSocket API's authorizer, around the service that takes the handshake: it is asked at `$connect`, provided
    /// that the header `Authorization` is there, or whatever [`identity_sources`](Self::identity_sources) names, and
    /// never again while the connection lasts.
    ///
    /// Every request that comes through the layer is authorized as a handshake, whatever its path, so put it around
    /// the routes that take handshakes only. The [`AuthorizerContext`](crate::AuthorizerContext) is the handler's to keep for
    /// the messages that follow. Results are never kept.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// # use bytes::Bytes;
    /// # use http::{Request, Response, StatusCode};
    /// # use http_body_util::Full;
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let authorizer = authorizer_fn(|request| async move {
    ///     assert!(request.method_arn().as_str().ends_with("/$connect"));
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// });
    /// let layer = LambdaAuthorizerLayer::websocket(authorizer)
    ///     .identity_sources("route.request.querystring.token")?;
    /// # let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
    /// #     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
    /// # }));
    /// let handshake = Request::get("/chat?token=t").body(Full::default()).unwrap();
    /// assert_eq!(service.clone().oneshot(handshake).await.unwrap().status(), StatusCode::OK);
    /// let handshake = Request::get("/chat").body(Full::default()).unwrap();
    /// assert_eq!(service.oneshot(handshake).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// # }).unwrap();
    /// ```
    pub fn websocket(authorizer: A) -> Self {
        Self::new(authorizer, AuthorizerKind::websocket_by_default())
    }

    /// An authorizer as it is configured on API Gateway.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where API Gateway refuses the configuration; see [`AuthorizerConfig`].
    pub fn from_config(config: AuthorizerConfig, authorizer: A) -> Result<Self, ConfigError> {
        let (kind, ttl) = config.into_kind()?;
        let layer = Self::new(authorizer, kind);
        Ok(layer.with(|settings| settings.results_mut().asked_ttl = ttl))
    }
}

impl<A> LambdaAuthorizerLayer<A> {
    /// The type of API whose gateway this layer stands for.
    #[must_use]
    pub fn api_type(&self) -> ApiType {
        self.settings.kind.differences().api_type
    }

    /// Sets in which format an HTTP API's authorizer is asked, and how its answer is read: 2.0 unless set. The
    /// differences are in [the event](crate::AuthorizerRequest::to_event) and in the context, which the format 1.0
    /// makes strings.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where it is not an HTTP API's authorizer, or is 1.0 with simple responses on.
    pub fn payload_format_version(
        self,
        version: PayloadFormatVersion,
    ) -> Result<Self, ConfigError> {
        let kind = self.settings.kind.with_payload_format_version(version)?;
        Ok(self.with(|settings| settings.kind = kind))
    }

    /// Has an HTTP API's authorizer answer with yes or no, [`AuthorizerResponse::simple`], in place of a policy: API
    /// Gateway's `enableSimpleResponses`. A policy is then an answer that cannot be used, as a simple answer is
    /// without this.
    ///
    /// Where results are kept, a yes holds for every method and path that the same identity asks for: add
    /// `$context.routeKey` to the sources to have each route asked about. All that axum serves by a fallback or by
    /// `nest_service` is [one route](crate::IdentitySource).
    ///
    /// [`AuthorizerResponse::simple`]: crate::AuthorizerResponse::simple
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where it is not an HTTP API's authorizer with the payload format 2.0.
    pub fn simple_responses(self) -> Result<Self, ConfigError> {
        let kind = self.settings.kind.with_simple_responses()?;
        Ok(self.with(|settings| settings.kind = kind))
    }
}
