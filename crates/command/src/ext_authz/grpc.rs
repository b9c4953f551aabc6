//! The port speaks gRPC and nothing else.

use std::convert::Infallible;

use envoy_types::ext_authz::v3::pb::AuthorizationServer;
use http::{Method, Request, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tonic_health::{pb::health_server::HealthServer, server::HealthService};
use tower::Service;

use super::{checks::Checks, no_errors::NoErrors};
use crate::{
    live::{Body, BoxError},
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
    /// Envoy gives up a check if its client has gone. Many such clients must not end the checks of all others with an error.
    const MOST_GIVEN_UP: usize = 65_536;

    /// As many as are decided at the same time. Envoy starts checks before it knows the limit of a new connection, and takes
    /// one that is turned away for an error.
    const MOST_AT_ONCE: u32 = 4096;

    async fn call(&self, request: Request<Incoming>) -> Response<Body> {
        let Some(called) = Called::by(&request) else {
            return not_a_call();
        };
        let request = request.map(tonic::body::Body::new);
        let response = match called {
            Called::Check => self.checks.clone().call(request).await,
            Called::Health => never_fails(self.health.clone().call(request).await),
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

fn never_fails<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// Not a gRPC answer, whose HTTP status is always 200: a proxy that is configured to ask in HTTP takes 200 for yes.
fn not_a_call() -> Response<Body> {
    const TEXT: &str =
        "This port answers Envoy's external authorization (gRPC, envoy.service.auth.v3).\n";
    let body = Full::from(TEXT)
        .map_err(|never| match never {})
        .boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}
