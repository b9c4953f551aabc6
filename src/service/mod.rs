//! The service that the layer puts around an inner service, and the small services beside it.

pub(crate) mod body;
pub(crate) mod context_headers;
mod explain;
pub(crate) mod future;
pub(crate) mod guard;
pub(crate) mod read_body;
pub(crate) mod refuse;
pub(crate) mod request_body;
pub(crate) mod responder;
pub(crate) mod shadow;

use std::{
    any::type_name,
    fmt,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use crate::{
    authorizer::Authorizer,
    service::{body::ResponseBody, future::ResponseFuture, guard::Guard},
};

/// A service that calls an authorizer before it passes a request to the inner service. Created by
/// [`LambdaAuthorizerLayer`](crate::LambdaAuthorizerLayer).
pub struct LambdaAuthorizer<S, A> {
    inner: S,
    guard: Guard<A>,
}

impl<S, A> LambdaAuthorizer<S, A> {
    pub(crate) fn new(inner: S, guard: Guard<A>) -> Self {
        Self { inner, guard }
    }

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

impl<S, A, ReqBody, ResBody> Service<Request<ReqBody>> for LambdaAuthorizer<S, A>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    A: Authorizer,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (parts, body) = request.into_parts();
        self.guard.call(&mut self.inner, parts, body, None)
    }
}

impl<S: Clone, A> Clone for LambdaAuthorizer<S, A> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            guard: self.guard.clone(),
        }
    }
}

impl<S: fmt::Debug, A> fmt::Debug for LambdaAuthorizer<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("LambdaAuthorizer");
        self.guard.settings().note_shadow(&mut shown);
        shown
            .field("inner", &self.inner)
            .field("authorizer", &type_name::<A>())
            .field("settings", self.guard.settings())
            .finish()
    }
}
