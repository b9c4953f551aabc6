//! A tower service as an authorizer.

use std::{
    error::Error,
    fmt,
    future::poll_fn,
    sync::{Mutex, PoisonError},
};

use tower_service::Service;

use super::{Authorizer, AuthorizerError, AuthorizerRequest, AuthorizerResponse};

/// An [`Authorizer`] that calls a tower service. The service may be a whole stack with its own timeout, retries,
/// concurrency limit, load shedding or circuit breaker.
///
/// For each request it clones the service and waits until the clone is ready. So limits that clones share apply, and
/// readiness that they do not share is lost. The service need not be `Sync`, so it can be a `BoxCloneService`.
///
/// An [`AuthorizerError`] keeps its kind in layers that box errors. Any other error is a failure of the authorizer
/// (500).
///
/// ```
/// use std::time::Duration;
/// use tower::{ServiceBuilder, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
///     ServiceAuthorizer, testing::Harness,
/// };
///
/// let stack = ServiceBuilder::new()
///     .load_shed()
///     .concurrency_limit(64)
///     .timeout(Duration::from_millis(500))
///     .service(service_fn(|request: AuthorizerRequest| async move {
///         Ok::<_, AuthorizerError>(AuthorizerResponse::allow(request.method_arn()))
///     }));
/// # tokio_test::block_on(async {
/// let harness = Harness::new(LambdaAuthorizerLayer::token(ServiceAuthorizer::new(stack)));
/// harness.get("/pets").header("authorization", "t").send().await.assert_allowed();
/// # });
/// ```
pub struct ServiceAuthorizer<S> {
    /// Locked only while it is cloned.
    service: Mutex<S>,
}

impl<S> ServiceAuthorizer<S> {
    /// Wraps the service.
    pub const fn new(service: S) -> Self {
        Self {
            service: Mutex::new(service),
        }
    }
}

impl<S: Clone> ServiceAuthorizer<S> {
    fn service(&self) -> S {
        let service = self.service.lock();
        service.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<S: Clone> Clone for ServiceAuthorizer<S> {
    fn clone(&self) -> Self {
        Self::new(self.service())
    }
}

impl<S> Authorizer for ServiceAuthorizer<S>
where
    S: Service<AuthorizerRequest, Response = AuthorizerResponse> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
{
    async fn authorize(
        &self,
        request: AuthorizerRequest,
    ) -> Result<AuthorizerResponse, AuthorizerError> {
        let mut service = self.service();
        let ready = poll_fn(|context| service.poll_ready(context)).await;
        ready.map_err(|error| AuthorizerError::from_boxed(error.into()))?;
        let answer = service.call(request).await;
        answer.map_err(|error| AuthorizerError::from_boxed(error.into()))
    }
}

impl<S> fmt::Debug for ServiceAuthorizer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAuthorizer").finish_non_exhaustive()
    }
}
