//! The layer: an authorizer and its settings.

mod api_types;
mod circuit_breaker;
pub(crate) mod config;
mod identity;
mod limits;
mod observe;
mod on_denial;
mod request;
mod responses;
mod results;
mod shadow;
#[cfg(feature = "testing")]
mod under_test;

use std::{any::type_name, fmt, sync::Arc};

use http::Request;
use tower_layer::Layer;

use crate::{
    authorizer::Authorizer,
    explanation::Explanation,
    identity::AuthorizerKind,
    pipeline::settings::Settings,
    service::{LambdaAuthorizer, guard::Guard},
};

/// A layer that guards a service with an authorizer, as API Gateway guards an API with a Lambda authorizer.
///
/// [`token`](Self::token) and [`request`](Self::request) create the layer for a REST API, [`http_api`](Self::http_api)
/// for an HTTP API, and [`websocket`](Self::websocket) for a WebSocket API.
///
/// The layer wraps any tower service from `http::Request` to `http::Response`: an axum `Router`
/// ([`Router::layer`, `route_layer`]), a hyper service, a tonic server. Its own failures are responses, and its error
/// type is that of the inner service.
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
/// // The authorizer allows this token, so the request reaches the inner service.
/// let request = Request::get("/pets").header("authorization", "allow").body(Full::default());
/// let response = service.clone().oneshot(request.unwrap()).await.unwrap();
/// assert_eq!(response.status(), StatusCode::OK);
///
/// // Without a token, the authorizer is not called.
/// let request = Request::get("/pets").body(Full::default());
/// let response = service.oneshot(request.unwrap()).await.unwrap();
/// assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
/// let body = response.into_body().collect().await.unwrap().to_bytes();
/// assert_eq!(body, r#"{"message":"Unauthorized"}"#);
/// # });
/// ```
///
/// The inner service must be `Clone`. If it is not, put tower's `Buffer` around it. The layer takes the instance that is
/// ready for the request and holds it while it waits for the authorizer. So put concurrency limits around the layer
/// instead of inside, or limit the authorizer with a [`ServiceAuthorizer`](crate::ServiceAuthorizer).
///
/// A clone of a ready service replaces it, and must not take itself for ready. tower's `Steer` does: around a `Steer` whose
/// services have to be made ready (`ConcurrencyLimit`, `Buffer`), the second request can panic. Put the layer around each of
/// its services instead.
///
/// # Why was a request refused?
///
/// Clients get a status and a few words. To see the reason, add one line:
/// [`.on_denial(|denial| eprintln!("{denial}"))`](Self::on_denial). [`why`](crate::why) leads from what a client sees to the
/// cause.
///
/// # With axum
///
/// Turn on the feature `axum`. `Router::nest` removes its prefix from the path. Only with this feature does a layer inside
/// a nested router see the whole path.
///
/// What the layer guards depends on its place:
///
/// | place | guards | unknown routes |
/// |---|---|---|
/// | `Router::route_layer` | the routes that were added before it; **no fallback**, and **no route that is added after it** | 404, or the fallback, without the layer |
/// | `Router::layer` | the routes and the fallback that were added before it; no route and no fallback that is added after it | 401 without credentials |
/// | around the whole router | everything | 401 without credentials |
///
/// With `route_layer`, a client without credentials can tell which paths exist: these answer 401, others 404. If it must not,
/// add a fallback that answers 404, and then `Router::layer`: all paths answer 401.
///
/// Add either of them last, after `nest` and `merge`. If a fallback needs the guard, call `Router::layer` after
/// `fallback`:
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, routing::get};
/// use http::Request;
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }));
/// let routes = || Router::new().route("/pets", get("a cat")).fallback(get("a page"));
/// for (app, status) in [
///     (routes().route_layer(layer.clone()), 200), // The fallback is open.
///     (routes().layer(layer), 401),
/// ] {
///     let request = Request::get("/other").body(Body::empty()).unwrap();
///     assert_eq!(app.oneshot(request).await.unwrap().status(), status);
/// }
/// # });
/// ```
///
/// Other fallbacks have their own rules:
///
/// - A nested router's fallback is guarded by a layer of that router and by `Router::layer` of a router around it, but not
///   by `route_layer` of a router around it.
/// - A nested router without a fallback uses the one of the router around it, which the nested router's layers **do not
///   guard**. So put the layer around the outer router, or give the nested router a fallback before its layer.
/// - `Router::method_not_allowed_fallback` has to be called before the layer is added.
///
/// The test kit's `Harness::assert_guarded` (feature `testing`) finds routes that no layer guards.
///
/// Around a whole router, the layer decides before the request is routed. There the response body must be axum's own,
/// and axum's [`ResponseAxumBodyLayer`] (since axum 0.8.5) converts it:
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
/// An optional layer needs the same conversion. It does not compile otherwise, because a router with the layer and a
/// router without it have different response bodies:
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
/// # Layers that rewrite paths
///
/// Put a layer that rewrites paths (`/v1/pets` to `/pets`) around this layer, and around the outermost axum router. Inside
/// a router, this layer sees two paths: the one that the client sent, which the router keeps, and the rewritten one. What a
/// policy excludes is excluded in both. What a policy allows, the method ARN and the query are about what the client sent.
///
/// # With tonic
///
/// `Server::builder().layer(layer)` guards all services of a server, also those for health checks and reflection. To leave
/// some open, guard the others one by one, with tonic's `LayerExt::named_layer`. (`Layer::layer` returns a service without
/// a name, which `add_service` does not accept.)
///
/// A gRPC method is a POST to `/package.Service/Method`, and metadata are headers. Also add
/// [`.gateway_responses(GatewayResponses::default().grpc())`](Self::gateway_responses): without it, a refusal is an HTTP
/// response with JSON, and gRPC clients report an `Internal` error, or for a stream only an error at the first message. A
/// handler finds the caller with `request.extensions().get::<AuthorizerContext>()`.
///
/// tonic does not look at the method: it also serves a GET or a PUT to that path, whatever its content type. So write `*` for
/// the method in a `Deny`, or allow only `POST`. A `Deny` of `POST` next to an `Allow` of everything leaves the other methods
/// open.
///
/// ```
/// use tonic::service::{LayerExt, Routes};
/// use tower_lambda_authorizer::{
///     AuthorizerError, LambdaAuthorizerLayer, AuthorizerResponse, authorizer_fn, gateway_responses::GatewayResponses,
/// };
///
/// # use std::{convert::Infallible, future::{Ready, ready}, task::{Context, Poll}};
/// # use tonic::{body::Body, codegen::Service, server::NamedService};
/// # #[derive(Clone)]
/// # struct PetsServer;
/// # impl PetsServer { fn new(_: Pets) -> Self { Self } }
/// # struct Pets;
/// # impl NamedService for PetsServer { const NAME: &'static str = "shop.v1.Pets"; }
/// # impl Service<http::Request<Body>> for PetsServer {
/// #     type Response = http::Response<Body>;
/// #     type Error = Infallible;
/// #     type Future = Ready<Result<Self::Response, Infallible>>;
/// #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> { Poll::Ready(Ok(())) }
/// #     fn call(&mut self, _: http::Request<Body>) -> Self::Future {
/// #         ready(Ok(http::Response::builder().header("grpc-status", "0").body(Body::empty()).unwrap()))
/// #     }
/// # }
/// # tokio_test::block_on(async {
/// let authorizer = authorizer_fn(|request| async move {
///     match request.header("x-api-key").as_deref() {
///         Some("k3y") => Ok(AuthorizerResponse::policy(
///             request.policy_builder().allow("POST", "/shop.v1.Pets/*").build()?,
///         )),
///         _ => Err(AuthorizerError::unauthorized()),
///     }
/// });
/// let layer = LambdaAuthorizerLayer::request(authorizer, "method.request.header.X-Api-Key")?
///     .gateway_responses(GatewayResponses::default().grpc());
///
/// let (_reporter, health) = tonic_health::server::health_reporter();
/// let routes = Routes::new(health) // open
///     .add_service(layer.named_layer(PetsServer::new(Pets)));
/// // In a server: `Server::builder().add_routes(routes)`.
/// # use tower::ServiceExt;
/// # for (path, key, status) in [
/// #     ("/shop.v1.Pets/List", Some("k3y"), "0"),
/// #     ("/shop.v1.Pets/List", Some("other"), "16"),
/// #     ("/shop.v1.Pets/List", None, "16"),
/// #     // It is asked, and does not like the empty message.
/// #     ("/grpc.health.v1.Health/Check", None, "13"),
/// # ] {
/// #     let mut request = http::Request::post(path).header("content-type", "application/grpc");
/// #     if let Some(key) = key {
/// #         request = request.header("x-api-key", key);
/// #     }
/// #     let response = routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
/// #     assert_eq!(response.headers()["grpc-status"], status, "{path} {key:?}");
/// # }
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// # }).unwrap();
/// ```
///
/// # Condition keys
///
/// The conditions and variables of a policy can use these keys:
///
/// | key | |
/// |---|---|
/// | `aws:SourceIp` | the [client's address](Self::client_ip) |
/// | `aws:SecureTransport` | whether the client [uses TLS](Self::secure_transport) |
/// | `aws:CurrentTime`, `aws:EpochTime` | the [clock's](Self::clock) time |
/// | `aws:UserAgent`, `aws:Referer` | the headers; absent if the client did not send them |
///
/// API Gateway documents these keys for all kinds of authorization. It also has keys for requests from a VPC
/// (`aws:SourceVpc`, `aws:SourceVpce`, `aws:VpcSourceIp`) and for requests that are signed with IAM credentials
/// (`aws:username`). Here these exist only if the application supplies them: a layer around this one can put a
/// [`ConditionContext`] into the request's extensions. Its keys are added to those of this table, and replace those
/// with the same name.
///
/// ## Keys that are not known
///
/// API Gateway knows for every request where it comes from, whether it uses TLS, and when it arrives. This process may
/// not know that. Then the key is [unknown](crate::policy::KeyValue::Unknown), which is different from absent. With
/// every operator, a condition on an unknown key is true in a `Deny` and false in an `Allow`, so a forgotten setting
/// never lets a request through. The [`DenialReason`](crate::DenialReason) names the key and what to add:
///
/// - `aws:SourceIp`: axum's `into_make_service_with_connect_info::<SocketAddr>()` with the feature `axum`, or the
///   peer's [`SocketAddr`](std::net::SocketAddr) in the request's extensions, or another
///   [`client_ip`](Self::client_ip). Behind proxies, also an `X-Forwarded-For` or a `Forwarded` with addresses, and
///   the [`ClientIp`](crate::ClientIp#which-header) that reads it.
/// - `aws:SecureTransport`: [`secure_transport`](Self::secure_transport), or what a trusted proxy says.
/// - `aws:CurrentTime`, `aws:EpochTime`: a [`clock`](Self::clock) between the years -9999 and 9999.
///
/// `aws:UserAgent` and `aws:Referer` are headers that a client may omit. Then they are absent, not unknown.
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
/// As on API Gateway, the layer caches a result of a REST API's authorizer for [five minutes](Self::result_ttl) and
/// uses it for all requests with the same identity, regardless of their method and path. See [caching](crate::caching).
///
/// [`Router::layer`, `route_layer`]: https://docs.rs/axum/0.8/axum/middleware/index.html
#[must_use = "a layer does nothing until it is put around a service"]
pub struct LambdaAuthorizerLayer<A> {
    authorizer: Arc<A>,
    settings: Arc<Settings>,
}

impl<A: Authorizer> LambdaAuthorizerLayer<A> {
    /// Explains the decision about a request. It runs every step except the inner service: if no result is cached, it
    /// calls the authorizer and caches the result, as for any request.
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
}

/// The service must be `Clone`. Because of this bound, the compiler reports a missing `Clone` where the layer is added.
impl<S: Clone, A: Authorizer> Layer<S> for LambdaAuthorizerLayer<A> {
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
        let mut shown = f.debug_struct("LambdaAuthorizerLayer");
        self.settings.note_shadow(&mut shown);
        shown
            .field("authorizer", &type_name::<A>())
            .field("settings", &self.settings)
            .finish()
    }
}
