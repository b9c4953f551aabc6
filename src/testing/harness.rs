//! The harness: what is tested, and where requests to it begin.

use std::{
    error::Error,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    ProtectedService, RequestBody, TestRequest, TestResponse, app::App, failure::Sent, trail::Trail,
};
use crate::{authorizer::Authorizer, clock::ManualClock, layer::LambdaAuthorizerLayer};

/// Sends requests to a layer or to a whole app, in process and without a server, and learns on their way what became of
/// them: whether the authorizer was asked, who was let through, why who was refused.
///
/// Around a layer, with a [`ProtectedService`] inside and a clock that the test moves:
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, testing::Harness,
/// };
///
/// # tokio_test::block_on(async {
/// let harness = Harness::new(LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*").with_context("tenant", "acme"))
/// })));
/// let get = || harness.get("/pets").header("authorization", "token");
///
/// get().send().await.assert_allowed().assert_context("tenant", "acme");
/// get().send().await.assert_allowed().assert_not_invoked();
/// harness.advance(Duration::from_secs(300));
/// get().send().await.assert_allowed().assert_invocations(2);
/// # });
/// ```
///
/// Its clones test the same thing, and count together.
#[derive(Clone)]
pub struct Harness {
    app: App,
    /// What is inside, and whose router it is to know the resource, where the harness has put it there.
    inside: Option<ProtectedService>,
    clock: Option<ManualClock>,
    times_asked: Arc<AtomicUsize>,
}

impl Harness {
    /// Around a layer. Its clock becomes one that [`advance`](Self::advance) moves, and begins now; a layer with a
    /// [`ManualClock`] keeps that.
    #[must_use]
    pub fn new<A: Authorizer>(layer: LambdaAuthorizerLayer<A>) -> Self {
        let (layer, clock) = layer.under_test();
        let inside = ProtectedService::new();
        Self {
            inside: Some(inside.clone()),
            clock: Some(clock),
            ..Self::app(layer.layer(inside))
        }
    }

    /// Around a whole app: an axum `Router` with layers in it, a tonic server, any tower service whose requests may
    /// have whatever body.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use tower_lambda_authorizer::{
    ///     AuthorizerContext, LambdaAuthorizerLayer,
    ///     testing::{Harness, MockAnswer, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = MockAuthorizer::answering(MockAnswer::allow().with_principal_id("user-1"));
    /// let app: Router = Router::new()
    ///     .route("/pets", get(async |caller: AuthorizerContext| format!("{:?}", caller.principal_id())))
    ///     .route_layer(LambdaAuthorizerLayer::token(authorizer))
    ///     .route("/health", get("well"));
    /// let harness = Harness::app(app);
    ///
    /// let response = harness.get("/pets").header("authorization", "token").send().await;
    /// response.assert_allowed().assert_principal("user-1").assert_body(r#"Some("user-1")"#);
    /// harness.get("/health").send().await.assert_unguarded().assert_body("well");
    /// # });
    /// ```
    pub fn app<S, Out>(app: S) -> Self
    where
        S: Service<Request<RequestBody>, Response = Response<Out>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        Out: Body + Send + 'static,
        Out::Data: Send,
        Out::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Self::app_with_body(app, |body| body)
    }

    /// As [`app`](Self::app), where the requests have to have a body of one type: this function makes it.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use axum::body::Body;
    /// use http::{Request, Response};
    /// use tower_lambda_authorizer::testing::Harness;
    ///
    /// # tokio_test::block_on(async {
    /// let app = tower::service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::empty())));
    /// let harness = Harness::app_with_body(app, Body::new);
    /// harness.get("/").send().await.assert_unguarded();
    /// # });
    /// ```
    pub fn app_with_body<S, In, Out>(
        app: S,
        body: impl Fn(RequestBody) -> In + Send + Sync + 'static,
    ) -> Self
    where
        S: Service<Request<In>, Response = Response<Out>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        In: Send + 'static,
        Out: Body + Send + 'static,
        Out::Data: Send,
        Out::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Self {
            app: App::new(app, body),
            inside: None,
            clock: None,
            times_asked: Arc::default(),
        }
    }

    /// Has [`advance`](Self::advance) move this clock, which an app's layers were given.
    #[must_use]
    pub fn with_clock(mut self, clock: ManualClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Begins a `GET` request for a path, with or without a query, or for a URL.
    ///
    /// # Panics
    ///
    /// Where it is neither; a path begins with `/`.
    #[track_caller]
    pub fn get(&self, path: &str) -> TestRequest {
        self.request(Method::GET, path)
    }

    /// Begins a `POST` request.
    ///
    /// # Panics
    ///
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn post(&self, path: &str) -> TestRequest {
        self.request(Method::POST, path)
    }

    /// Begins a `PUT` request.
    ///
    /// # Panics
    ///
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn put(&self, path: &str) -> TestRequest {
        self.request(Method::PUT, path)
    }

    /// Begins a `PATCH` request.
    ///
    /// # Panics
    ///
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn patch(&self, path: &str) -> TestRequest {
        self.request(Method::PATCH, path)
    }

    /// Begins a `DELETE` request.
    ///
    /// # Panics
    ///
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn delete(&self, path: &str) -> TestRequest {
        self.request(Method::DELETE, path)
    }

    /// Begins a request of any method.
    ///
    /// # Panics
    ///
    /// As [`get`](Self::get).
    #[track_caller]
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let mut request = super::request(path);
        *request.method_mut() = method;
        TestRequest::new(self.clone(), request)
    }

    /// Sends a request that was made elsewhere.
    pub async fn send(&self, mut request: Request<RequestBody>) -> TestResponse {
        let trail = Trail::new(Arc::clone(&self.times_asked));
        request.extensions_mut().insert(trail.clone());
        let sent = Sent::new(&request);
        let answer = self.app.send(request).await;
        TestResponse::new(sent, answer, &trail)
    }

    /// Moves the clock forward: results grow older, and `aws:CurrentTime` is later. It is not tokio's clock, which an
    /// authorizer's time limit and a mock's delay go by.
    ///
    /// # Panics
    ///
    /// Around an app without [`with_clock`](Self::with_clock).
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        self.clock().advance(by);
    }

    /// The clock that [`advance`](Self::advance) moves, to be set.
    ///
    /// # Panics
    ///
    /// As [`advance`](Self::advance).
    #[must_use]
    #[track_caller]
    pub fn clock(&self) -> &ManualClock {
        match &self.clock {
            Some(clock) => clock,
            None => panic!(
                "an app's layers have clocks of their own: give them a `ManualClock`, and the harness the same by `with_clock`"
            ),
        }
    }

    /// How often authorizers have been asked for requests of this harness and its clones.
    #[must_use]
    pub fn invocations(&self) -> usize {
        self.times_asked.load(Ordering::SeqCst)
    }

    /// The requests that reached the protected service, in their order. None of an app's, whose services are its own.
    #[must_use]
    pub fn reached(&self) -> Vec<Request<Bytes>> {
        let inside = self.inside.iter();
        inside.flat_map(ProtectedService::requests).collect()
    }

    /// Whether a request's resource is the test's to say.
    pub(super) fn has_no_router(&self) -> bool {
        self.inside.is_some()
    }
}

impl fmt::Debug for Harness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Harness")
            .field("invocations", &self.invocations())
            .finish_non_exhaustive()
    }
}
