//! Creates gateway responses for failures that the application finds itself.

use std::{
    convert::Infallible,
    fmt,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response, request::Parts};
use tower_service::Service;

use super::body::GatewayBody;
use crate::{
    gateway_response::{GatewayFailure, Refusal},
    pipeline::settings::Settings,
    request::context::Arrival,
};

/// Lets the application answer with a layer's gateway responses, so that all refusals of a service look alike.
///
/// Use it for failures that no layer sees: an unknown route, a body that is too large, or too many requests.
///
/// ```
/// # tokio_test::block_on(async {
/// use axum::{Router, body::Body, routing::get};
/// use http::{Request, StatusCode};
/// use tower::ServiceExt;
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
///     gateway_responses::{GatewayFailure, ResponseType},
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     Ok(AuthorizerResponse::allow(request.method_arn()))
/// }));
/// let unknown = GatewayFailure::new(ResponseType::MissingAuthenticationToken);
/// let app: Router = Router::new()
///     .route("/pets", get(|| async { "a cat and a dog" }))
///     .route_layer(layer.clone())
///     .fallback_service(layer.responder().answering(unknown));
///
/// let request = Request::get("/dogs").body(Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), StatusCode::FORBIDDEN);
/// let error_type = &response.headers()["x-amzn-errortype"];
/// assert_eq!(error_type, "MissingAuthenticationTokenException");
/// # });
/// ```
#[derive(Clone)]
pub struct GatewayResponder {
    settings: Arc<Settings>,
}

impl GatewayResponder {
    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        Self { settings }
    }

    /// Makes the gateway response for one failure of one request.
    #[must_use]
    pub fn respond(&self, failure: &GatewayFailure, parts: &mut Parts) -> Response<GatewayBody> {
        let arrival = Arrival::default();
        let matched = self.settings.reader.resource_resolver.resolve(parts);
        let request = self
            .settings
            .reader
            .context(parts, Some(&matched), &arrival);
        let refusal = Refusal {
            request: &request,
            reason: None,
            sources: self.settings.kind.sources(),
            authorizer: None,
        };
        let response = self
            .settings
            .gateway_responses
            .respond(failure.clone(), refusal);
        response.map(GatewayBody::new)
    }

    /// Creates a service that answers every request with this failure. Use it as the fallback of a router.
    #[must_use]
    pub fn answering(&self, failure: GatewayFailure) -> GatewayFailureService {
        GatewayFailureService {
            responder: self.clone(),
            failure: Arc::new(failure),
        }
    }
}

impl fmt::Debug for GatewayResponder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatewayResponder").finish_non_exhaustive()
    }
}

/// The service that [`GatewayResponder::answering`] creates.
#[derive(Debug, Clone)]
pub struct GatewayFailureService {
    responder: GatewayResponder,
    failure: Arc<GatewayFailure>,
}

impl<B> Service<Request<B>> for GatewayFailureService {
    type Response = Response<GatewayBody>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (mut parts, _) = request.into_parts();
        ready(Ok(self.responder.respond(&self.failure, &mut parts)))
    }
}
