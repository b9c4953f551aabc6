//! The port speaks gRPC and nothing else.

use envoy_types::ext_authz::v3::pb::AuthorizationServer;
use http::{Method, Request, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

use super::{CHECK, checks::Checks, no_errors::NoErrors};
use crate::{
    live::{Body, BoxError},
    server::HttpService,
};

#[derive(Clone)]
pub(super) struct Grpc(NoErrors<AuthorizationServer<Checks>>);

impl Grpc {
    pub(super) fn new(service: NoErrors<AuthorizationServer<Checks>>) -> Self {
        Self(service)
    }
}

impl HttpService for Grpc {
    /// Envoy gives up a check if its client has gone. Many such clients must not end the checks of all others with an error.
    const MOST_GIVEN_UP: usize = 65_536;

    async fn call(&self, request: Request<Incoming>) -> Response<Body> {
        if !is_check(&request) {
            return not_a_check();
        }
        let request = request.map(tonic::body::Body::new);
        let response = self.0.clone().call(request).await;
        response.map(|body| body.map_err(BoxError::from).boxed_unsync())
    }
}

fn is_check(request: &Request<Incoming>) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let is_grpc = content_type.is_some_and(|it| it.as_bytes().starts_with(b"application/grpc"));
    is_grpc
        && request.version() == Version::HTTP_2
        && request.method() == Method::POST
        && request.uri().path() == CHECK
}

/// Not a gRPC answer, whose HTTP status is always 200: a proxy that is configured to ask in HTTP takes 200 for yes.
fn not_a_check() -> Response<Body> {
    const TEXT: &str =
        "This port answers Envoy's external authorization (gRPC, envoy.service.auth.v3).\n";
    let body = Full::from(TEXT)
        .map_err(|never| match never {})
        .boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    response
}
