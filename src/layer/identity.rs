//! Settings for the identity of a request: its sources, their validation, and requests without any.

use super::{LambdaAuthorizerLayer, circuit_breaker::check_breaker, results::check_sources};
use crate::{
    error::ConfigError,
    identity::{AnonymousRequests, ExpressionMatch, IdentitySources},
};

impl<A> LambdaAuthorizerLayer<A> {
    /// Sets the identity sources: the values that a request must have before the authorizer is called.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::Request;
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .identity_sources("method.request.header.X-Api-Token")?;
    ///
    /// let request = Request::get("/pets").header("x-api-token", "t").body(())?;
    /// assert!(layer.explain(request).await.is_allowed());
    /// let request = Request::get("/pets").header("authorization", "t").body(())?;
    /// assert!(!layer.explain(request).await.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if an expression is not an [`IdentitySource`](crate::IdentitySource) of this type of
    /// API, if the list is empty, or if a TOKEN authorizer gets anything other than one header.
    pub fn identity_sources<I>(self, sources: I) -> Result<Self, ConfigError>
    where
        I: TryInto<IdentitySources>,
        ConfigError: From<I::Error>,
    {
        let row = self.settings.kind.differences();
        let sources = sources.try_into();
        let sources = sources.map_err(|error| ConfigError::from(error).for_sources_of(row))?;
        let kind = self.settings.kind.with_sources(sources)?;
        check_sources(&kind, self.settings.caching.configured_ttl)?;
        self.settings
            .anonymous_requests
            .check_sources(kind.sources())?;
        check_breaker(&kind, self.settings.calls.breaker.is_some())?;
        Ok(self.with(|settings| settings.kind = kind))
    }

    /// Sets how the layer handles requests without a credential. By default it refuses them with 401, as API Gateway
    /// does. [`AnonymousRequests::PassOn`] and [`AnonymousRequests::Ask`] make authentication optional. If a request
    /// has a credential, the layer checks it and caches its result as usual, and refuses a bad one.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::{Request, Response};
    /// use http_body_util::Empty;
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{
    ///     AnonymousRequests, AuthorizerContext, AuthorizerError, AuthorizerResponse,
    ///     LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// type Body = Empty<bytes::Bytes>;
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     match request.token() {
    ///         Some("good") => Ok(AuthorizerResponse::allow("*").with_principal_id("user-1")),
    ///         _ => Err(AuthorizerError::unauthorized()),
    ///     }
    /// }))
    /// .anonymous_requests(AnonymousRequests::PassOn)?;
    /// let service = layer.layer(service_fn(async |request: Request<Body>| {
    ///     let caller = request.extensions().get::<AuthorizerContext>();
    ///     let name = caller.and_then(|caller| caller.principal_id()).unwrap_or("anonymous");
    ///     let response = Response::builder().header("x-caller", name);
    ///     Ok::<_, std::convert::Infallible>(response.body(Body::new()).unwrap())
    /// }));
    ///
    /// let request = Request::get("/pets").body(Body::new())?;
    /// assert_eq!(service.clone().oneshot(request).await?.headers()["x-caller"], "anonymous");
    /// let request = Request::get("/pets").header("authorization", "good").body(Body::new())?;
    /// assert_eq!(service.clone().oneshot(request).await?.headers()["x-caller"], "user-1");
    /// let request = Request::get("/pets").header("authorization", "bad").body(Body::new())?;
    /// assert_eq!(service.oneshot(request).await?.status(), 401);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::AnonymousRequests`] if no identity source is one that a client sends, unless anonymous
    /// requests are refused.
    pub fn anonymous_requests(self, requests: AnonymousRequests) -> Result<Self, ConfigError> {
        requests.check_sources(self.settings.kind.sources())?;
        Ok(self.with(|settings| settings.anonymous_requests = requests))
    }

    /// Sets the identity validation expression of a TOKEN authorizer: a regular expression, in the syntax of the crate
    /// [`regex`](https://docs.rs/regex). It must match the whole token, including a prefix such as `Bearer `. If it
    /// does not match, the response is 401, and the authorizer is not called.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::Request;
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .identity_validation_expression("Bearer [0-9a-f]{8}")?;
    ///
    /// let request = |token| Request::get("/pets").header("authorization", token).body(());
    /// assert!(layer.explain(request("Bearer 0123abcd")?).await.is_allowed());
    /// let refused = layer.explain(request("Bearer 0123abcd0")?).await;
    /// assert_eq!(refused.response().unwrap().status(), 401);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the expression is not a regular expression, or if the authorizer is a REQUEST
    /// authorizer, because API Gateway does not apply the expression to those.
    pub fn identity_validation_expression(self, expression: &str) -> Result<Self, ConfigError> {
        self.identity_validation_expression_matching(expression, ExpressionMatch::Whole)
    }

    /// Sets the [identity validation expression](Self::identity_validation_expression), and whether it must match the
    /// whole token or only a part of it.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use http::Request;
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, ExpressionMatch, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .identity_validation_expression_matching("Bearer ", ExpressionMatch::Start)?;
    ///
    /// let request = |token| Request::get("/pets").header("authorization", token).body(());
    /// assert!(layer.explain(request("Bearer 0123abcd")?).await.is_allowed());
    /// assert!(!layer.explain(request("Basic 0123abcd")?).await.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`identity_validation_expression`](Self::identity_validation_expression).
    pub fn identity_validation_expression_matching(
        self,
        expression: &str,
        extent: ExpressionMatch,
    ) -> Result<Self, ConfigError> {
        let kind = &self.settings.kind;
        let kind = kind.with_validation_expression(expression, extent)?;
        Ok(self.with(|settings| settings.kind = kind))
    }
}
