//! What a layer needs so that it can be replaced.

use http::Request;
use tower_service::Service;

#[cfg(feature = "openapi")]
use crate::openapi::ApiAuthorizerLayer;
use crate::{
    authorizer::Authorizer, cache::AuthorizerResults, layer::LambdaAuthorizerLayer,
    service::future::ResponseFuture,
};

pub trait Guarding: Clone + Send + Sync + 'static {
    /// Guards a service that is ready.
    #[doc(hidden)]
    fn guard_call<S, B>(&self, inner: &mut S, request: Request<B>) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone;

    /// The names of the authorizers, and their results.
    #[doc(hidden)]
    fn all_results(&self) -> Vec<(String, AuthorizerResults)>;
}

impl<A: Authorizer> Guarding for LambdaAuthorizerLayer<A> {
    #[inline]
    fn guard_call<S, B>(&self, inner: &mut S, request: Request<B>) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        let (parts, body) = request.into_parts();
        self.guard().call(inner, parts, body, None)
    }

    fn all_results(&self) -> Vec<(String, AuthorizerResults)> {
        vec![(String::new(), self.results())]
    }
}

#[cfg(feature = "openapi")]
impl Guarding for ApiAuthorizerLayer {
    fn guard_call<S, B>(&self, inner: &mut S, request: Request<B>) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        self.serve(inner, request)
    }

    fn all_results(&self) -> Vec<(String, AuthorizerResults)> {
        self.results_by_name().collect()
    }
}
