//! The harness: it sends requests to the service under test.

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
    ProtectedService, TestBody, TestRequest, TestResponse, app::App, failure::Sent, trail::Trail,
};
use crate::{authorizer::Authorizer, clock::ManualClock, layer::LambdaAuthorizerLayer};

/// Sends requests to a layer or to a whole app, in process and without a server.
///
/// It records what happens to each request: whether the authorizer was invoked, whether the request was let through, and
/// why it was refused.
///
/// A harness around a layer has a [`ProtectedService`] inside and a clock that the test moves:
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
/// Clones share the service under test and the count of invocations.
#[derive(Clone)]
pub struct Harness {
    app: App,
    /// The service inside the layer, if the harness put it there. Then there is no router, and tests set the resource.
    inside: Option<ProtectedService>,
    clock: Option<ManualClock>,
    times_asked: Arc<AtomicUsize>,
}

impl Harness {
    /// Creates a harness around a layer.
    ///
    /// The layer's clock becomes a [`ManualClock`] that starts now and that [`advance`](Self::advance) moves. A layer that
    /// already has a [`ManualClock`] keeps it.
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

    /// Creates a harness around a whole app: an axum `Router` with layers in it, a tonic server, or any other tower
    /// service that accepts requests with any body.
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
        S: Service<Request<TestBody>, Response = Response<Out>> + Clone + Send + 'static,
        S::Error: Into<Box<dyn Error + Send + Sync>>,
        S::Future: Send,
        Out: Body + Send + 'static,
        Out::Data: Send,
        Out::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        Self::app_with_body(app, |body| body)
    }

    /// Like [`app`](Self::app), for a service that needs one type of request body. The function makes that body.
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
        body: impl Fn(TestBody) -> In + Send + Sync + 'static,
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

    /// Sets the clock that [`advance`](Self::advance) moves. Give the app's layers the same clock. If a layer has another one,
    /// a failed assertion says so.
    #[must_use]
    pub fn manual_clock(mut self, clock: ManualClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Begins a `GET` request for a path, with or without a query, or for a URL.
    ///
    /// # Panics
    ///
    /// Panics if the text is not a path or a URL. A path begins with `/`.
    #[track_caller]
    pub fn get(&self, path: &str) -> TestRequest {
        self.request(Method::GET, path)
    }

    /// Begins a `POST` request.
    ///
    /// # Panics
    ///
    /// Panics like [`get`](Self::get).
    #[track_caller]
    pub fn post(&self, path: &str) -> TestRequest {
        self.request(Method::POST, path)
    }

    /// Begins a `PUT` request.
    ///
    /// # Panics
    ///
    /// Panics like [`get`](Self::get).
    #[track_caller]
    pub fn put(&self, path: &str) -> TestRequest {
        self.request(Method::PUT, path)
    }

    /// Begins a `PATCH` request.
    ///
    /// # Panics
    ///
    /// Panics like [`get`](Self::get).
    #[track_caller]
    pub fn patch(&self, path: &str) -> TestRequest {
        self.request(Method::PATCH, path)
    }

    /// Begins a `DELETE` request.
    ///
    /// # Panics
    ///
    /// Panics like [`get`](Self::get).
    #[track_caller]
    pub fn delete(&self, path: &str) -> TestRequest {
        self.request(Method::DELETE, path)
    }

    /// Begins a request with any method.
    ///
    /// # Panics
    ///
    /// Panics like [`get`](Self::get).
    #[track_caller]
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        let mut request = super::request(path);
        *request.method_mut() = method;
        TestRequest::new(self.clone(), request)
    }

    /// Sends a request that was built without the harness.
    pub async fn send(&self, mut request: Request<TestBody>) -> TestResponse {
        let trail = Trail::new(Arc::clone(&self.times_asked), self.clock.clone());
        request.extensions_mut().insert(trail.clone());
        let sent = Sent::new(&request);
        let answer = self.app.send(request).await;
        TestResponse::new(sent, answer, &trail)
    }

    /// Moves the clock forward. Cached results grow older, and `aws:CurrentTime` is later.
    ///
    /// This is not tokio's clock, which measures an authorizer's timeout and a mock's delay.
    ///
    /// # Panics
    ///
    /// Panics if the harness is around an app and [`manual_clock`](Self::manual_clock) was not called.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let harness = Harness::new(LambdaAuthorizerLayer::token(MockAuthorizer::allowing()));
    /// let get = || harness.get("/pets").header("authorization", "t").send();
    /// get().await.assert_invoked();
    /// get().await.assert_not_invoked();
    /// harness.advance(Duration::from_secs(300)); // the default time to live
    /// get().await.assert_invoked();
    /// # });
    /// ```
    #[track_caller]
    pub fn advance(&self, by: Duration) {
        self.clock().advance(by);
    }

    /// The clock that [`advance`](Self::advance) moves. A test can also set it.
    ///
    /// # Panics
    ///
    /// Panics like [`advance`](Self::advance).
    #[must_use]
    #[track_caller]
    pub fn clock(&self) -> &ManualClock {
        match &self.clock {
            Some(clock) => clock,
            None => panic!(
                "an app's layers have their own clocks: give them a `ManualClock`, and pass the same clock to `manual_clock`"
            ),
        }
    }

    /// How often authorizers were invoked for the requests of this harness and its clones.
    #[must_use]
    pub fn invocations(&self) -> usize {
        self.times_asked.load(Ordering::SeqCst)
    }

    /// The requests that reached the protected service, in order. Empty for an app, which has its own services.
    #[must_use]
    pub fn reached(&self) -> Vec<Request<Bytes>> {
        let inside = self.inside.iter();
        inside.flat_map(ProtectedService::requests).collect()
    }

    /// Whether tests set the resource of a request.
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
