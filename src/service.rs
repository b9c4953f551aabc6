//! The service: every request goes through here, in the order of the decisions.

use std::{
    any::type_name,
    fmt, mem,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Method, Request, Response, header, request::Parts};
use tower_service::Service;

use crate::{
    authorizer::Authorizer,
    authorizer_context::AuthorizerContext,
    body::ResponseBody,
    context::Arrival,
    future::{ResponseFuture, Waiting},
    pipeline::{admit, authorize, refuse},
    settings::Settings,
};

/// A service that asks an authorizer before it lets a request through to the service inside. Made by
/// [`LambdaAuthorizerLayer`](crate::LambdaAuthorizerLayer).
pub struct LambdaAuthorizer<S, A> {
    inner: S,
    authorizer: Arc<A>,
    settings: Arc<Settings>,
}

impl<S, A> LambdaAuthorizer<S, A> {
    pub(crate) fn new(inner: S, authorizer: Arc<A>, settings: Arc<Settings>) -> Self {
        Self {
            inner,
            authorizer,
            settings,
        }
    }

    /// The protected service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The protected service, to be changed. Requests sent to it pass no authorizer.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The protected service by itself.
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
        // The service that was made ready goes with the request, and is dropped with a refusal: a
        // limit's permit must not stay behind in a connection that was refused and then idles.
        let service = self.inner.clone();
        let service = mem::replace(&mut self.inner, service);
        let (mut parts, body) = request.into_parts();
        if self.settings.exempt_preflights && is_preflight(&parts) {
            parts.extensions.remove::<AuthorizerContext>();
            return ResponseFuture::serving(service, Request::from_parts(parts, body));
        }
        let arrival = Arrival::now(&self.settings.clock);
        match admit(&self.settings, &mut parts, arrival) {
            Err(reason) => {
                let response = refuse(&self.settings, &mut parts, arrival, reason, None);
                ResponseFuture::refused(response)
            }
            Ok(admission) => {
                let authorizer = Arc::clone(&self.authorizer);
                let settings = Arc::clone(&self.settings);
                let authorization = authorize(authorizer, Arc::clone(&settings), admission);
                let authorization = Box::pin(authorization);
                let request = Request::from_parts(parts, body);
                let waiting = Waiting {
                    service,
                    request,
                    arrival,
                    settings,
                };
                ResponseFuture::authorizing(authorization, waiting)
            }
        }
    }
}

/// A browser's question before it sends the request itself.
fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts.headers.contains_key(header::ORIGIN)
        && parts
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

impl<S: Clone, A> Clone for LambdaAuthorizer<S, A> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            authorizer: Arc::clone(&self.authorizer),
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<S: fmt::Debug, A> fmt::Debug for LambdaAuthorizer<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LambdaAuthorizer")
            .field("inner", &self.inner)
            .field("authorizer", &type_name::<A>())
            .field("settings", &self.settings)
            .finish()
    }
}
