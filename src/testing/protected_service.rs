//! A service for a layer under test.

use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use tower_service::Service;

use super::TestBody;
use crate::service::body::GatewayBody;

/// Answers every request with 200 and [`BODY`](Self::BODY), and records it. Clones share the recorded requests.
///
/// ```
/// use tower::{Layer, ServiceExt};
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer,
///     testing::{MockAuthorizer, ProtectedService, request},
/// };
///
/// # tokio_test::block_on(async {
/// let inside = ProtectedService::new();
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
/// let service = layer.layer(inside.clone());
/// service.clone().oneshot(request("/pets")).await.unwrap();
/// assert!(inside.requests().is_empty(), "it had no token");
/// # });
/// ```
#[derive(Clone, Default)]
pub struct ProtectedService {
    requests: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl ProtectedService {
    /// The body of every response.
    pub const BODY: &'static str = "the protected service";

    /// Creates a service that has recorded no request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The requests that reached the service, in order. Each has the
    /// [`AuthorizerContext`](crate::AuthorizerContext) in its extensions.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Service<Request<TestBody>> for ProtectedService {
    type Response = Response<GatewayBody>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<TestBody>) -> Self::Future {
        let request = request.map(TestBody::into_bytes);
        let requests = self.requests.lock();
        requests
            .unwrap_or_else(PoisonError::into_inner)
            .push(request);
        let body = GatewayBody::new(Bytes::from_static(Self::BODY.as_bytes()));
        ready(Ok(Response::new(body)))
    }
}

/// Shows only the number of requests, because requests contain credentials.
impl fmt::Debug for ProtectedService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtectedService")
            .field("requests", &self.requests().len())
            .finish()
    }
}
