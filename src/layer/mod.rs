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
/// for an HTTP API, and [`websocket_api`](Self::websocket_api) for a WebSocket API.
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
/// For the next request, the layer keeps a clone of the inner service. A clone of tower's `Steer` treats its services as
/// ready although they are not. If they have to be made ready (`ConcurrencyLimit`, `Buffer`), the second request can panic. So
/// put the layer around each service of a `Steer`, not around the `Steer`.
///
/// # Why was a request refused?
///
/// Clients get a status and a few words. To see the reason, add one line:
/// [`.on_denial(|denial| eprintln!("{denial}"))`](Self::on_denial). [`why`](crate::why) leads from what a client sees to the
/// cause.
#[doc = include_str!("with_axum.md")]
#[doc = include_str!("with_tonic.md")]
#[doc = include_str!("condition_keys.md")]
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
