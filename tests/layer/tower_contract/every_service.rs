//! What holds for each service of this crate that has an inner service.

use std::{hint::black_box, mem};

#[cfg(feature = "openapi")]
use tower_lambda_authorizer::openapi::ApiDefinition;
use tower_lambda_authorizer::{
    context_headers::ContextHeadersLayer, gateway_responses::GatewayFailure,
    request_body::ReadRequestBodyLayer,
};

use super::*;

/// Not an [`Error`](std::error::Error).
#[derive(Debug, PartialEq)]
struct OwnError(&'static str);

/// A service that is ready for one call after `poll_ready`, or never. A clone is not ready.
#[derive(Debug, Default)]
struct Strict {
    is_ready: bool,
    is_broken: bool,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        let is_broken = self.is_broken;
        Self {
            is_ready: false,
            is_broken,
        }
    }
}

impl<B> Service<Request<B>> for Strict {
    type Response = Res;
    type Error = OwnError;
    type Future = Ready<Result<Res, OwnError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OwnError>> {
        if self.is_broken {
            return Poll::Ready(Err(OwnError("not ready")));
        }
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        assert!(mem::take(&mut self.is_ready), "called without being ready");
        ready(match request.uri().path() {
            "/broken" => Err(OwnError("broken")),
            _ => Ok(Response::default()),
        })
    }
}

fn exempting() -> LambdaAuthorizerLayer<BoxAuthorizer> {
    LambdaAuthorizerLayer::token(as_told(&Asked::default())).exempt_preflights()
}

/// One operation without an authorizer, and all others with this one.
#[cfg(feature = "openapi")]
fn api() -> tower_lambda_authorizer::openapi::ApiAuthorizerLayer {
    let definition = ApiDefinition::from_openapi(
        r#"{
            "openapi": "3.0.1",
            "components": {"securitySchemes": {"told": {
                "type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {"type": "token"}
            }}},
            "paths": {
                "/{proxy+}": {"get": {"security": [{"told": []}]}, "options": {}}
            }
        }"#,
    );
    let definition = definition
        .unwrap()
        .authorizer("told", as_told(&Asked::default()));
    definition.unwrap().into_layer().unwrap()
}

macro_rules! for_each_service {
    ($inner:expr, $check:ident) => {
        $check("LambdaAuthorizer", exempting().layer($inner)).await;
        #[cfg(feature = "openapi")]
        $check("ApiAuthorizer", api().layer($inner)).await;
        #[cfg(feature = "reload")]
        $check("ReloadService", exempting().reloadable().0.layer($inner)).await;
        let layer = ReadRequestBodyLayer::new(9);
        $check("ReadRequestBody", layer.layer($inner)).await;
        let layer = ContextHeadersLayer::new("x-authorizer-").unwrap();
        $check("ContextHeaders", layer.layer($inner)).await;
    };
}

/// The authorizer is called, a result is used again, and no authorizer is asked.
fn passing() -> [Req; 3] {
    let preflight = Request::options("/pets")
        .header(ORIGIN, "https://a.example")
        .header("access-control-request-method", "GET");
    let preflight = preflight.body(Full::default()).unwrap();
    [get("/pets", "allow"), get("/pets", "allow"), preflight]
}

#[tokio::test]
async fn each_calls_the_instance_that_was_ready() {
    async fn check<S, B>(name: &str, mut service: S)
    where
        S: Service<Req, Response = Response<B>, Error = OwnError> + Clone,
    {
        let mut waiting = Vec::new();
        for request in passing().into_iter().chain(passing()) {
            poll_fn(|context| service.poll_ready(context))
                .await
                .unwrap();
            waiting.push(service.call(request));
        }
        for (index, response) in waiting.into_iter().enumerate() {
            assert_eq!(response.await.unwrap().status(), 200, "{name}, {index}");
        }
    }
    for_each_service!(Strict::default(), check);
}

#[tokio::test]
async fn the_errors_of_each_are_those_of_the_inner_service() {
    async fn check<S, B>(name: &str, service: S)
    where
        S: Service<Req, Response = Response<B>, Error = OwnError> + Clone,
    {
        let response = service.oneshot(get("/broken", "allow")).await;
        assert_eq!(response.err(), Some(OwnError("broken")), "{name}");
    }
    for_each_service!(Strict::default(), check);

    async fn check_unready<S, B>(name: &str, mut service: S)
    where
        S: Service<Req, Response = Response<B>, Error = OwnError> + Clone,
    {
        let ready = poll_fn(|context| service.poll_ready(context)).await;
        assert_eq!(ready, Err(OwnError("not ready")), "{name}");
    }
    let broken = || Strict {
        is_ready: false,
        is_broken: true,
    };
    for_each_service!(broken(), check_unready);
}

/// The future that has ended, and the service, are still there.
#[tokio::test]
async fn each_that_refuses_releases_the_permit_at_once() {
    async fn check<S, B>(name: &str, mut service: S)
    where
        S: Service<Req, Response = Response<B>, Error = OwnError> + Clone,
    {
        if ["ReadRequestBody", "ContextHeaders"].contains(&name) {
            return;
        }
        for token in ["", "deny"] {
            let mut other = service.clone();
            assert!(
                is_ready(&mut service) && !is_ready(&mut other),
                "{name}, {token}"
            );
            let mut response = Box::pin(service.call(get("/pets", token)));
            let status = response.as_mut().await.unwrap().status();
            assert!(status.is_client_error(), "{name}, {token}");
            assert!(is_ready(&mut other), "{name}, {token}");
        }
    }
    for_each_service!(ConcurrencyLimit::new(Strict::default(), 1), check);
}

/// axum clones a service for each request.
#[tokio::test]
async fn a_clone_of_each_allocates_nothing() {
    async fn check<S: Clone>(name: &str, service: S) {
        let mut clone = None;
        let count = allocation_counter::measure(|| clone = Some(service.clone()));
        black_box(clone);
        assert_eq!(count.count_total, 0, "{name}");
    }
    for_each_service!(Inner::default(), check);
    let failure = GatewayFailure::new(ResponseType::Default4xx);
    let failure = failure.with_message("a message of the application".to_owned());
    let answering = layer().responder().answering(failure);
    check("GatewayFailureService", answering).await;
}
