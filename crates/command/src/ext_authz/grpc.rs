//! Serves gRPC, and no other protocol, on the port.

use envoy_types::ext_authz::v3::pb::AuthorizationServer;
use http::{Method, Request, Response, StatusCode, Version, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tonic_health::{pb::health_server::HealthServer, server::HealthService};
use tower::ServiceExt;

use super::{checks::Checks, no_errors::NoErrors};
use crate::{
    live::{Body, BoxError, full},
    server::HttpService,
};

#[derive(Clone)]
pub(super) struct Grpc {
    checks: NoErrors<AuthorizationServer<Checks>>,
    health: HealthServer<HealthService>,
}

impl Grpc {
    pub(super) fn new(
        checks: NoErrors<AuthorizationServer<Checks>>,
        health: HealthServer<HealthService>,
    ) -> Self {
        Self { checks, health }
    }
}

impl HttpService for Grpc {
    /// The most cancelled checks. Envoy cancels a check if its client has gone. Many such clients must not make the
    /// checks of all others fail.
    const MAX_GIVEN_UP: usize = 65_536;

    /// The same as the number of requests that are decided at the same time. Envoy starts checks before it knows the
    /// limit of a new connection, and treats a rejected check as an error.
    const MAX_AT_ONCE: u32 = 4096;

    async fn call(&self, request: Request<Incoming>) -> Response<Body> {
        let Some(called) = Called::by(&request) else {
            return not_a_call();
        };
        let request = request.map(tonic::body::Body::new);
        let response = match called {
            Called::Check => self.checks.clone().call(request).await,
            Called::Health => {
                let Ok(response) = self.health.clone().oneshot(request).await;
                response
            }
        };
        response.map(|body| body.map_err(BoxError::from).boxed_unsync())
    }
}

enum Called {
    Check,
    Health,
}

impl Called {
    fn by(request: &Request<Incoming>) -> Option<Self> {
        let content_type = request.headers().get(header::CONTENT_TYPE)?;
        let is_grpc = content_type.as_bytes().starts_with(b"application/grpc")
            && request.version() == Version::HTTP_2
            && request.method() == Method::POST;
        match request.uri().path() {
            super::CHECK if is_grpc => Some(Self::Check),
            super::HEALTH if is_grpc => Some(Self::Health),
            _ => None,
        }
    }
}

/// The answer to a request that is not gRPC. It is not a gRPC answer either: that always has the HTTP status 200, and a
/// proxy that is configured to ask in HTTP reads 200 as a permission.
fn not_a_call() -> Response<Body> {
    const TEXT: &str =
        "This port answers Envoy's external authorization (gRPC, envoy.service.auth.v3).\n";
    let mut response = Response::new(full(TEXT));
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}
