//! What a layer needs so that it can be replaced.

use http::Request;
use tower_service::Service;

#[cfg(feature = "openapi")]
use crate::openapi::ApiAuthorizerLayer;
use crate::{
    authorizer::Authorizer,
    cache::AuthorizerResults,
    layer::LambdaAuthorizerLayer,
    observe,
    service::{future::ResponseFuture, guard::Guard},
};

pub trait Guarding: Clone + Send + Sync + 'static {
    /// What decides about requests.
    #[doc(hidden)]
    type Guard: Send + Sync + 'static;

    #[doc(hidden)]
    fn to_guard(&self) -> Self::Guard;

    /// Guards a service that is ready.
    #[doc(hidden)]
    fn guard_call<S, B>(
        guard: &Self::Guard,
        inner: &mut S,
        request: Request<B>,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone;

    /// The names of the authorizers, and their results.
    #[doc(hidden)]
    fn all_results(&self) -> Vec<(String, AuthorizerResults)>;

    /// Notifies the observers that this layer has replaced another one.
    #[doc(hidden)]
    fn notify_of_reload(&self);
}

/// The guard of one authorizer. It has a type of its own because the trait is public.
#[derive(Debug)]
pub struct GuardOf<A>(Guard<A>);

impl<A: Authorizer> Guarding for LambdaAuthorizerLayer<A> {
    type Guard = GuardOf<A>;

    fn to_guard(&self) -> GuardOf<A> {
        GuardOf(self.guard())
    }

    #[inline]
    fn guard_call<S, B>(
        guard: &Self::Guard,
        inner: &mut S,
        request: Request<B>,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        let (parts, body) = request.into_parts();
        guard.0.call(inner, parts, body, None)
    }

    fn all_results(&self) -> Vec<(String, AuthorizerResults)> {
        vec![(String::new(), self.results())]
    }

    fn notify_of_reload(&self) {
        observe::notify_of_reload(self.guard().settings());
    }
}

#[cfg(feature = "openapi")]
impl Guarding for ApiAuthorizerLayer {
    type Guard = Self;

    fn to_guard(&self) -> Self {
        self.clone()
    }

    fn guard_call<S, B>(
        guard: &Self::Guard,
        inner: &mut S,
        request: Request<B>,
    ) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        guard.serve(inner, request)
    }

    fn all_results(&self) -> Vec<(String, AuthorizerResults)> {
        self.results_by_name().collect()
    }

    fn notify_of_reload(&self) {
        self.notify_reloaded();
    }
}

/// The layer that requests use now, with its guard, so that a request need not make one.
pub(super) struct Current<L: Guarding> {
    pub(super) layer: L,
    pub(super) guard: L::Guard,
}

impl<L: Guarding> Current<L> {
    pub(super) fn new(layer: L) -> Self {
        let guard = layer.to_guard();
        Self { layer, guard }
    }
}
