//! The service of a whole API.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use super::routing::{Choice, Routes};
use crate::{
    authorizer::AuthorizerContext,
    decision::DenialReason,
    observe::{Decided, Outcome, events},
    pipeline::{Asked, Denied},
    request::{context::Arrival, resource_resolver::ResourceResolver, rewritten::rewritten_path},
    service::{
        body::ResponseBody, future::ResponseFuture, guard::refuse_or_shadow, refuse::Refused,
    },
};

/// A service whose operations are guarded by their own authorizers. Created by
/// [`ApiAuthorizerLayer`](super::ApiAuthorizerLayer).
#[derive(Clone)]
pub struct ApiAuthorizer<S> {
    inner: S,
    routes: Arc<Routes>,
}

impl<S> ApiAuthorizer<S> {
    pub(super) fn new(inner: S, routes: Arc<Routes>) -> Self {
        Self { inner, routes }
    }

    /// Returns a reference to the inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns a mutable reference to the inner service. Requests that you send to it directly are not authorized.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Returns the inner service and discards the authorizers.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for ApiAuthorizer<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S, ReqBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        self.routes.serve(&mut self.inner, request)
    }
}

impl<S: fmt::Debug> fmt::Debug for ApiAuthorizer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("ApiAuthorizer");
        self.routes.settings.note_shadow(&mut shown);
        shown
            .field("inner", &self.inner)
            .field("routes", &self.routes)
            .finish()
    }
}

impl Routes {
    /// Guards a service that is ready.
    pub(super) fn serve<S, B>(&self, inner: &mut S, request: Request<B>) -> ResponseFuture<S, B>
    where
        S: Service<Request<B>> + Clone,
    {
        let (mut parts, body) = request.into_parts();
        let known = ResourceResolver::default().resolve(&mut parts);
        let uri = known.original_uri(&parts.uri);
        let rewritten = rewritten_path(&parts, uri.path());
        let reason = match self.choose(&parts.method, uri.path(), rewritten.as_deref()) {
            Choice::Guarded(guard, matched) => {
                let matched = matched.with_original_uri_of(known);
                return guard.call(inner, parts, body, Some(matched));
            }
            Choice::Open(route) => {
                // The context of an outer layer must not look like the result of this layer.
                parts.extensions.remove::<AuthorizerContext>();
                events::open();
                // Only observers ask for the operation.
                let route = route.filter(|_| self.settings.observers.is_some());
                let matched = route.map(|route| route.of_request(known.original_uri(&parts.uri)));
                let decided = Decided {
                    settings: &self.settings,
                    parts: &parts,
                    matched: Some(matched.as_ref().unwrap_or(&known)),
                    arrival: &Arrival::default(),
                };
                decided.without_result(Outcome::Open);
                return ResponseFuture::serving(inner, Request::from_parts(parts, body));
            }
            Choice::Unknown => DenialReason::NoSuchOperation,
            Choice::Ambiguous(ambiguity) => DenialReason::AmbiguousPath { ambiguity },
        };
        let denied = Denied::without_policy(reason, Asked::Not);
        let settings = &self.settings;
        let noted = Arrival::default().noted(&settings.reader.clock);
        let refused = Refused::new(settings, parts, known, noted, denied);
        refuse_or_shadow(inner, body, refused)
    }
}
