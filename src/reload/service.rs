//! The layer and the service whose settings can be replaced.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use arc_swap::ArcSwap;
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use super::{Reloadable, sealed::Current};
use crate::service::{body::ResponseBody, future::ResponseFuture};

/// A layer whose settings can be replaced. [`reloadable`](crate::LambdaAuthorizerLayer::reloadable) creates it.
#[must_use = "a layer does nothing until it is put around a service"]
pub struct ReloadLayer<L: Reloadable> {
    pub(super) current: Arc<ArcSwap<Current<L>>>,
}

/// A service of a [`ReloadLayer`].
pub struct ReloadService<S, L: Reloadable> {
    inner: S,
    current: Arc<ArcSwap<Current<L>>>,
}

impl<S: Clone, L: Reloadable> Layer<S> for ReloadLayer<L> {
    type Service = ReloadService<S, L>;

    fn layer(&self, inner: S) -> Self::Service {
        ReloadService {
            inner,
            current: Arc::clone(&self.current),
        }
    }
}

impl<S, L: Reloadable> ReloadService<S, L> {
    /// Returns a reference to the inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns a mutable reference to the inner service. Requests that you send to it directly are not authorized.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Returns the inner service and discards the authorizer.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, L, ReqBody, ResBody> Service<Request<ReqBody>> for ReloadService<S, L>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    L: Reloadable,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // The future has its own handles to these settings.
        L::guard_call(&self.current.load().guard, &mut self.inner, request)
    }
}

impl<L: Reloadable> Clone for ReloadLayer<L> {
    fn clone(&self) -> Self {
        Self {
            current: Arc::clone(&self.current),
        }
    }
}

impl<S: Clone, L: Reloadable> Clone for ReloadService<S, L> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            current: Arc::clone(&self.current),
        }
    }
}

impl<L: Reloadable + fmt::Debug> fmt::Debug for ReloadLayer<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReloadLayer")
            .field(&self.current.load().layer)
            .finish()
    }
}

impl<S: fmt::Debug, L: Reloadable + fmt::Debug> fmt::Debug for ReloadService<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReloadService")
            .field("inner", &self.inner)
            .field("layer", &self.current.load().layer)
            .finish()
    }
}
