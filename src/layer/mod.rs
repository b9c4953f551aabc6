//! The layer: an authorizer and how it is asked.

mod api_types;
pub(crate) mod config;
mod results;
#[cfg(feature = "testing")]
mod under_test;

use std::{any::type_name, fmt, sync::Arc, time::Duration};

use http::{Request, request::Parts};
use tower_layer::Layer;

use crate::{
    api::Api,
    authorizer::Authorizer,
    clock::Clock,
    error::ConfigError,
    explanation::Explanation,
    gateway_response::GatewayResponses,
    identity::{AnonymousRequests, AuthorizerKind, ExpressionMatch, IdentitySources},
    pipeline::settings::Settings,
    request::{
        client_ip::ClientIp, host::AmbiguousHosts, path::AmbiguousPaths, resource::ResourceMatch,
        resource_resolver::ResourceResolver,
    },
    service::{LambdaAuthorizer, guard::Guard, responder::GatewayResponder},
};

/// Guards a service as API Gateway guards an API with a Lambda authorizer: [`token`](Self::token) and
/// [`request`](Self::request) as a REST API does, [`http_api`](Self::http_api) as an HTTP API,
/// [`websocket`](Self::websocket) as a WebSocket API.
///
/// Goes around any tower service from `http::Request` to `http::Response`: an axum `Router`
/// ([`Router::layer`, `route_layer`]), a hyper service, a tonic server. The layer's own failures are
/// responses; its error type is that of the service inside.
///
/// ```
/// # tokio_test::block_on(async {
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// use http_body_util::{BodyExt, Full};
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     Ok(match request.token() {
///         Some("allow") => AuthorizerResponse::allow(request.method_arn()),
///         _ => AuthorizerResponse::deny(request.method_arn()),
///     })
/// }));
/// let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
///     Ok::<_, std::convert::Infallible>(Response::new(Full::from("hello")))
/// }));
///
/// // With the token that the authorizer likes, the request goes through.
/// let request = Request::get("/pets").header("authorization", "allow").body(Full::default());
/// let response = service.clone().oneshot(request.unwrap()).await.unwrap();
/// assert_eq!(response.status(), StatusCode::OK);
///
/// // Without a token the authorizer is not even asked.
/// let request = Request::get("/pets").body(Full::default());
/// let response = service.oneshot(request.unwrap()).await.unwrap();
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// let body = response.into_body().collect().await.unwrap().to_bytes();
/// assert_eq!(body, r#"{"message":"Unauthorized"}"#);
/// # });
/// ```
///
/// The service inside has to be `Clone`: the clone that was made ready goes with the request, and is held
/// while the authorizer is asked. So put limits around the layer, or on the authorizer with a
/// [`ServiceAuthorizer`](crate::ServiceAuthorizer), rather than inside.
///
/// # With axum
///
/// Turn the feature `axum` on: inside a nested router only that lets the layer see the path that the
/// client sent. `Router::route_layer` guards the routes so far and leaves unknown ones 404. Around a whole
/// router, which decides before anything is routed, the body has to become axum's again. axum's
/// [`ResponseAxumBodyLayer`] makes it so (from axum 0.8.5):
///
/// ```
/// # use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
/// # let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
/// #     Ok(AuthorizerResponse::allow(request.method_arn()))
/// # }));
/// use axum::{Router, ServiceExt, extract::Request, middleware::ResponseAxumBodyLayer};
/// use tower::Layer;
///
/// let app = (ResponseAxumBodyLayer, layer).layer(Router::new());
/// # tokio_test::block_on(async move {
/// # use tower::ServiceExt as _;
/// # let request = Request::get("/unknown").body(axum::body::Body::empty()).unwrap();
/// # let response: axum::response::Response = app.clone().oneshot(request).await.unwrap();
/// # assert_eq!(response.status(), 401);
/// # let serve = async move |listener: tokio::net::TcpListener| {
/// axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await
/// # };
/// # let _ = serve;
/// # });
/// ```
///
/// The same makes a layer optional, which otherwise does not compile, since a router with the layer and one without have
/// different bodies:
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, middleware::ResponseAxumBodyLayer, routing::get};
/// use http::Request;
/// use tower::{ServiceExt, util::option_layer};
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let app = |is_guarded: bool| -> Router {
///     let authorizer = authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) });
///     let layer = is_guarded.then(|| LambdaAuthorizerLayer::token(authorizer));
///     Router::new()
///         .route("/pets", get("a cat and a dog"))
///         .layer(option_layer(layer.map(|layer| (ResponseAxumBodyLayer, layer))))
/// };
/// for (is_guarded, status) in [(true, 401), (false, 200)] {
///     let request = Request::get("/pets").body(Body::empty()).unwrap();
///     let response = app(is_guarded).oneshot(request).await.unwrap();
///     assert_eq!(response.status(), status);
/// }
/// # });
/// ```
///
/// [`ResponseAxumBodyLayer`]: https://docs.rs/axum/0.8/axum/middleware/struct.ResponseAxumBodyLayer.html
///
/// # Condition keys
///
/// A policy's conditions and variables can ask for these keys of a request:
///
/// | key | |
/// |---|---|
/// | `aws:SourceIp` | the [client's address](Self::client_ip) |
/// | `aws:SecureTransport` | whether the client [came by TLS](Self::secure_transport) |
/// | `aws:CurrentTime`, `aws:EpochTime` | the [clock's](Self::clock) time |
/// | `aws:UserAgent`, `aws:Referer` | the headers, absent where the client sent none |
///
/// API Gateway documents them for all kinds of authorization. Those that it has for requests from a VPC
/// (`aws:SourceVpc`, `aws:SourceVpce`, `aws:VpcSourceIp`) or signed with IAM credentials (`aws:username`)
/// exist here only where the application supplies them: a [`ConditionContext`] in the request's
/// extensions, put there by a layer around this one, adds keys or takes the place of one above.
///
/// ## Keys that are not known
///
/// API Gateway knows of every request where it comes from, whether by TLS, and when. This process may not: then
/// `aws:SourceIp` or `aws:SecureTransport` is [unknown](crate::policy::KeyValue::Unknown) rather than absent. A condition on it holds
/// in a `Deny` and not in an `Allow`, whatever its operator, so that a forgotten line of code opens nothing. The
/// [`DenialReason`](crate::DenialReason) names the key and the line that is missing:
///
/// - `aws:SourceIp`: axum's `into_make_service_with_connect_info::<SocketAddr>()` with the feature `axum`, or the peer's
///   [`SocketAddr`](std::net::SocketAddr) in the request's extensions, or a [`client_ip`](Self::client_ip) that knows
///   better. Behind proxies also an `X-Forwarded-For` whose entries are addresses.
/// - `aws:SecureTransport`: [`secure_transport`](Self::secure_transport), or a trusted proxy's `X-Forwarded-Proto`.
/// - `aws:CurrentTime`, `aws:EpochTime`: a [`clock`](Self::clock) between the years -9999 and 9999.
///
/// `aws:UserAgent` and `aws:Referer` are headers, which a client may leave out: then they are absent.
///
/// ```
/// # tokio_test::block_on(async {
/// use bytes::Bytes;
/// use http::{Request, Response, StatusCode};
/// use http_body_util::Full;
/// use tower::{Layer, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
/// use tower_lambda_authorizer::policy::ConditionContext;
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     AuthorizerResponse::from_json(br#"{"policyDocument": {"Statement": {
///         "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*",
///         "Condition": {"StringEquals": {"acme:Plan": "gold"}}
///     }}}"#)
/// }));
/// let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
///     Ok::<_, std::convert::Infallible>(Response::new(Full::<Bytes>::default()))
/// }));
///
/// for (plan, status) in [("gold", StatusCode::OK), ("lead", StatusCode::FORBIDDEN)] {
///     let request = Request::get("/pets")
///         .header("authorization", "t")
///         .extension(ConditionContext::new().with("acme:Plan", plan))
///         .body(Full::default());
///     let response = service.clone().oneshot(request.unwrap()).await.unwrap();
///     assert_eq!(response.status(), status);
/// }
/// # });
/// ```
///
/// [`ConditionContext`]: crate::policy::ConditionContext
///
/// # Caching
///
/// As on API Gateway, a result of a REST API's authorizer serves all requests with the same identity for
/// [five minutes](Self::result_ttl), whatever their method and path.
///
/// [`Router::layer`, `route_layer`]: https://docs.rs/axum/0.8/axum/middleware/index.html
#[must_use = "a layer does nothing until it is put around a service"]
pub struct LambdaAuthorizerLayer<A> {
    authorizer: Arc<A>,
    settings: Arc<Settings>,
}

impl<A: Authorizer> LambdaAuthorizerLayer<A> {
    /// Explains what would become of a request: goes all its way but the last step, the service inside. The authorizer
    /// is asked where no result is kept, and what it says is kept, as for any request.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// }));
    /// let request = |path| http::Request::get(path).header("authorization", "t").body(()).unwrap();
    /// assert!(layer.explain(request("/pets")).await.is_allowed());
    ///
    /// let second = layer.explain(request("/dogs")).await;
    /// assert_eq!(second.remedies()[0].cause(), "cached-for-another-request");
    /// # });
    /// ```
    pub async fn explain<B>(&self, request: Request<B>) -> Explanation {
        let (parts, _) = request.into_parts();
        self.guard().explain(parts, None).await
    }
}

impl<A> LambdaAuthorizerLayer<A> {
    fn new(authorizer: A, kind: AuthorizerKind) -> Self {
        Self {
            authorizer: Arc::new(authorizer),
            settings: Arc::new(Settings::new(kind)),
        }
    }

    pub(crate) fn guard(&self) -> Guard<A> {
        Guard::new(Arc::clone(&self.authorizer), Arc::clone(&self.settings))
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let settings = Arc::make_mut(&mut self.settings);
        change(settings);
        settings.derive();
        self
    }

    /// Sets the identity sources: all that a request has to have before the authorizer is asked.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where an expression is not an [`IdentitySource`](crate::IdentitySource) of this type of API, the list is empty, or a
    /// TOKEN authorizer is given anything but one header.
    pub fn identity_sources<I>(self, sources: I) -> Result<Self, ConfigError>
    where
        I: TryInto<IdentitySources>,
        ConfigError: From<I::Error>,
    {
        let kind = self.settings.kind.with_sources(sources.try_into()?)?;
        results::check_sources(&kind, self.settings.results.asked_ttl)?;
        self.settings.anonymous_requests.check(kind.sources())?;
        Ok(self.with(|settings| settings.kind = kind))
    }

    /// Sets what becomes of requests without a credential: 401 unless set, as on API Gateway. Authentication becomes
    /// optional with [`AnonymousRequests::PassOn`] or [`AnonymousRequests::Ask`]. A credential that is there is checked
    /// and its result kept as usual, and a bad one is refused.
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
    /// # type Body = Empty<bytes::Bytes>;
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
    /// [`ConfigError::AnonymousRequests`] if no identity source is one that a client sends, unless they are refused.
    pub fn anonymous_requests(self, requests: AnonymousRequests) -> Result<Self, ConfigError> {
        requests.check(self.settings.kind.sources())?;
        Ok(self.with(|settings| settings.anonymous_requests = requests))
    }

    /// Gives the authorizer the request's [body](crate::AuthorizerRequest::body), for a signature of it. A
    /// [`RequestBodyLayer`](crate::RequestBodyLayer) around this layer has to read it, or every request is answered with
    /// 500. A body above its limit is answered with 413, and one that ends with an error with 400.
    ///
    /// Results are not kept, whatever the type of API, because the body is not part of the identity.
    ///
    /// # Errors
    ///
    /// [`ConfigError::RequestBody`] if a time to live is set.
    pub fn request_body(self) -> Result<Self, ConfigError> {
        results::check_body(true, self.settings.results.asked_ttl)?;
        Ok(self.with(|settings| settings.gives_body = true))
    }

    /// Sets the identity validation expression of a TOKEN authorizer: a regular expression (in the
    /// syntax of the crate [`regex`](https://docs.rs/regex)) that the whole token has to match, a prefix
    /// such as `Bearer ` included. Another token gets 401, and the authorizer is not asked.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] where it is no regular expression, or the authorizer a REQUEST authorizer, which
    /// API Gateway does not apply it to.
    pub fn identity_validation_expression(self, expression: &str) -> Result<Self, ConfigError> {
        self.identity_validation_expression_matching(expression, ExpressionMatch::Whole)
    }

    /// As [`identity_validation_expression`](Self::identity_validation_expression), matching only a part
    /// of the token.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn identity_validation_expression_matching(
        self,
        expression: &str,
        extent: ExpressionMatch,
    ) -> Result<Self, ConfigError> {
        let kind = &self.settings.kind;
        let kind = kind.with_validation_expression(expression, extent)?;
        Ok(self.with(|settings| settings.kind = kind))
    }

    /// Sets the API that the service stands for. The default is a [placeholder](Api).
    pub fn api(self, api: Api) -> Self {
        self.with(|settings| settings.reader.set_api(api))
    }

    /// Sets how long the authorizer may take: 29 seconds unless set, on an HTTP API 10. Then the answer is 500.
    ///
    /// The limit needs tokio's timer, which every server of axum, hyper and tonic has. Without one the answer is 500
    /// with [`DenialReason::NoTimer`](crate::DenialReason::NoTimer), and the authorizer is not asked.
    ///
    /// # Errors
    ///
    /// [`ConfigError::AuthorizerTimeout`] where it is zero.
    pub fn authorizer_timeout(self, limit: Duration) -> Result<Self, ConfigError> {
        if limit.is_zero() {
            return Err(ConfigError::AuthorizerTimeout);
        }
        Ok(self.with(|settings| settings.calls.timeout = Some(limit)))
    }

    /// Lets the authorizer take as long as it likes, where it has a limit of its own. Needs no timer.
    pub fn no_authorizer_timeout(self) -> Self {
        self.with(|settings| settings.calls.timeout = None)
    }

    /// Sets how long a method ARN may be, in bytes: 1600 unless set, as on API Gateway. A longer one is
    /// answered with 414.
    pub fn method_arn_limit(self, bytes: usize) -> Self {
        self.with(|settings| settings.method_arn_limit = bytes)
    }

    /// Sets what becomes of paths that can be read in more than one way: refused with 400 unless set.
    pub fn ambiguous_paths(self, paths: AmbiguousPaths) -> Self {
        self.with(|settings| settings.ambiguous_paths = paths)
    }

    /// Sets what becomes of requests that name two hosts, in their target (or HTTP/2's `:authority`) and in `Host`: refused
    /// with 400 unless set.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::convert::Infallible;
    ///
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use http_body_util::Full;
    /// use tower::{Layer, ServiceExt, service_fn};
    /// use tower_lambda_authorizer::{
    ///     AmbiguousHosts, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     Ok(AuthorizerResponse::allow(request.method_arn()))
    /// }));
    /// let status = async |layer: LambdaAuthorizerLayer<_>| {
    ///     let service = layer.layer(service_fn(async |_: Request<Full<Bytes>>| {
    ///         Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
    ///     }));
    ///     let request = Request::get("http://tenant-a/")
    ///         .header("host", "tenant-b")
    ///         .header("authorization", "t");
    ///     service.oneshot(request.body(Full::default()).unwrap()).await.unwrap().status()
    /// };
    /// assert_eq!(status(layer.clone()).await, 400);
    /// // The authorizer is told of `tenant-a`; a handler that reads the header serves `tenant-b`.
    /// assert_eq!(status(layer.ambiguous_hosts(AmbiguousHosts::AsReceived)).await, 200);
    /// # });
    /// ```
    pub fn ambiguous_hosts(self, hosts: AmbiguousHosts) -> Self {
        self.with(|settings| settings.ambiguous_hosts = hosts)
    }

    /// Sets where the client's address comes from: from the connection unless set.
    pub fn client_ip(self, client_ip: ClientIp) -> Self {
        self.with(|settings| settings.reader.client_ip = client_ip)
    }

    /// Says whether clients come to this service by TLS, as the condition key `aws:SecureTransport` has it. Unless set
    /// it is [not known](Self#keys-that-are-not-known). Behind [trusted proxies](ClientIp::behind_proxies) it is theirs
    /// to say: the last value of `X-Forwarded-Proto`. What a client itself says, in a header or in the `:scheme` of
    /// HTTP/2, never counts.
    pub fn secure_transport(self, secure: bool) -> Self {
        self.with(|settings| settings.reader.secure_transport = Some(secure))
    }

    /// Sets the clock: the system's unless set.
    pub fn clock(self, clock: Clock) -> Self {
        self.with(|settings| settings.reader.clock = clock)
    }

    /// Sets the gateway responses: API Gateway's own unless set.
    pub fn gateway_responses(self, responses: GatewayResponses) -> Self {
        let responses = Arc::new(responses);
        self.with(|settings| settings.gateway_responses = responses)
    }

    /// Lets CORS preflights through to the service inside, unauthorized: `OPTIONS` requests with `Origin` and
    /// `Access-Control-Request-Method`. A browser sends them without credentials, so an authorizer refuses
    /// them, and the request itself never comes.
    ///
    /// On API Gateway the same is done by a method `OPTIONS` without an authorizer. Not needed where a CORS
    /// layer around this one answers preflights. The service inside must not act upon them: anybody can send
    /// one.
    pub fn exempt_preflights(self) -> Self {
        self.with(|settings| settings.exempt_preflights = true)
    }

    /// Answers with this layer's gateway responses where the application itself refuses a request.
    #[must_use]
    pub fn responder(&self) -> GatewayResponder {
        GatewayResponder::new(Arc::clone(&self.settings))
    }

    /// Asks this function which of the API's resources a request is for. What it leaves open is taken from
    /// axum's extensions, where the feature `axum` is on.
    pub fn resource_resolver(
        self,
        resolver: impl Fn(&Parts) -> ResourceMatch + Send + Sync + 'static,
    ) -> Self {
        let resolver = ResourceResolver::custom(resolver);
        self.with(|settings| settings.reader.resource_resolver = resolver)
    }
}

impl<S, A: Authorizer> Layer<S> for LambdaAuthorizerLayer<A> {
    type Service = LambdaAuthorizer<S, A>;

    fn layer(&self, inner: S) -> Self::Service {
        LambdaAuthorizer::new(inner, self.guard())
    }
}

impl<A> Clone for LambdaAuthorizerLayer<A> {
    fn clone(&self) -> Self {
        Self {
            authorizer: Arc::clone(&self.authorizer),
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<A> fmt::Debug for LambdaAuthorizerLayer<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaAuthorizerLayer")
            .field("authorizer", &type_name::<A>())
            .field("settings", &self.settings)
            .finish()
    }
}
