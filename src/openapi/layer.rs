//! The layer of a whole API, and its service.

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use tower_layer::Layer;
use tower_service::Service;

use super::routing::{Choice, Routes};
use crate::{
    body::{GatewayBody, ResponseBody},
    context::Arrival,
    decision::DenialReason,
    explanation::{Circumstances, Explanation, Outcome},
    future::ResponseFuture,
    guard::take_ready,
    pipeline::{Asked, Denied, Refused, refuse},
    resource::ResourceMatch,
    resource_resolver::ResourceResolver,
};

/// Guards a service as an [`ApiDefinition`](super::ApiDefinition) has it: each operation by its own
/// authorizer. Made by [`ApiDefinition::into_layer`](super::ApiDefinition::into_layer).
///
/// It goes where a [`LambdaAuthorizerLayer`](crate::LambdaAuthorizerLayer) goes. With axum that is best
/// `Router::layer`, where unknown routes are this layer's to answer; on `Router::route_layer` axum answers
/// them first.
#[must_use = "a layer does nothing until it is put around a service"]
#[derive(Clone)]
pub struct ApiAuthorizerLayer {
    routes: Arc<Routes>,
}

impl ApiAuthorizerLayer {
    pub(super) fn new(routes: Routes) -> Self {
        Self {
            routes: Arc::new(routes),
        }
    }

    /// Explains what would become of a request, as
    /// [`LambdaAuthorizerLayer::explain`](crate::LambdaAuthorizerLayer::explain) does, by the authorizer of its
    /// operation.
    pub async fn explain<B>(&self, request: Request<B>) -> Explanation {
        let (mut parts, _) = request.into_parts();
        let known = ResourceResolver::default().resolve(&mut parts);
        let uri = known.original_uri(&parts.uri).clone();
        let outcome = match self.routes.choose(&parts.method, uri.path()) {
            Choice::Guarded(guard, matched) => {
                let matched = matched.with_original_uri(uri);
                return guard.explain(parts, Some(matched)).await;
            }
            Choice::Open => Ok("the operation is open: it has no authorizer"),
            Choice::Unknown => Err(DenialReason::NoSuchOperation),
            Choice::Ambiguous(ambiguity) => Err(DenialReason::AmbiguousPath { ambiguity }),
        };
        let settings = &self.routes.settings;
        let circumstances = Circumstances {
            settings: Arc::clone(settings),
            noted: Arrival::default().noted(&settings.clock),
            parts,
            matched: known,
            asked: Asked::Not,
            result: None,
        };
        let outcome = match &outcome {
            Ok(reason) => Outcome::Unguarded(reason),
            Err(reason) => Outcome::Refused(reason),
        };
        Explanation::of(&circumstances, outcome)
    }
}

impl<S> Layer<S> for ApiAuthorizerLayer {
    type Service = ApiAuthorizer<S>;

    fn layer(&self, inner: S) -> ApiAuthorizer<S> {
        ApiAuthorizer {
            inner,
            routes: Arc::clone(&self.routes),
        }
    }
}

/// A service whose operations are guarded, each by its own authorizer. Made by [`ApiAuthorizerLayer`].
#[derive(Clone)]
pub struct ApiAuthorizer<S> {
    inner: S,
    routes: Arc<Routes>,
}

impl<S> ApiAuthorizer<S> {
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
        let (mut parts, body) = request.into_parts();
        let known = ResourceResolver::default().resolve(&mut parts);
        let uri = known.original_uri(&parts.uri);
        match self.routes.choose(&parts.method, uri.path()) {
            Choice::Guarded(guard, matched) => {
                let matched = matched.with_original_uri(uri.clone());
                guard.call(&mut self.inner, parts, body, Some(matched))
            }
            Choice::Open => {
                ResponseFuture::serving(&mut self.inner, Request::from_parts(parts, body))
            }
            Choice::Unknown => {
                drop(take_ready(&mut self.inner));
                let reason = DenialReason::NoSuchOperation;
                ResponseFuture::refused(self.refuse(parts, known, reason))
            }
            Choice::Ambiguous(ambiguity) => {
                drop(take_ready(&mut self.inner));
                let reason = DenialReason::AmbiguousPath { ambiguity };
                ResponseFuture::refused(self.refuse(parts, known, reason))
            }
        }
    }
}

impl<S> ApiAuthorizer<S> {
    /// A refusal before any authorizer's own settings are known.
    fn refuse(
        &self,
        parts: Parts,
        matched: ResourceMatch,
        reason: DenialReason,
    ) -> Response<GatewayBody> {
        let denied = Denied::without_policy(reason, Asked::Not);
        let refused = Refused {
            parts,
            matched,
            arrival: Arrival::default(),
        };
        refuse(&self.routes.settings, refused, denied, &[])
    }
}

impl fmt::Debug for ApiAuthorizerLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiAuthorizerLayer")
            .field("routes", &self.routes)
            .finish()
    }
}

impl<S: fmt::Debug> fmt::Debug for ApiAuthorizer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiAuthorizer")
            .field("inner", &self.inner)
            .field("routes", &self.routes)
            .finish()
    }
}
