//! This crate, and what one would write in its place.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use moka::future::Cache;
use serde_json::json;
use tower_http::auth::AsyncRequireAuthorizationLayer;
use tower_lambda_authorizer::{
    Authorizer, AuthorizerResponse, GatewayResponse, GatewayResponses, LambdaAuthorizerLayer,
    ResponseType, authorizer_fn,
};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    contestant::Contestant,
    requests::{self, Requests},
};

/// The body of every 401, but for the customised one.
pub(crate) const UNAUTHORIZED: &str = r#"{"message":"Unauthorized"}"#;

/// The protected service: keeps the request for the next time.
#[derive(Debug, Clone)]
pub(crate) struct Protected;

impl Service<Request> for Protected {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        requests::give_back(request);
        ready(Ok(Response::new(Body::empty())))
    }
}

/// The same, but it throws away what was put into the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Forgetful;

impl Service<Request> for Forgetful {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        *request.extensions_mut() = http::Extensions::new();
        Protected.call(request)
    }
}

/// Throws the request away and answers 401: the least that a rejection takes.
#[derive(Debug, Clone)]
struct Refusing;

impl Service<Request> for Refusing {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        ready(Ok(response))
    }
}

pub(crate) fn bare(requests: Requests) -> Contestant {
    Contestant::new(Protected, requests)
}

pub(crate) fn refusing(requests: Requests) -> Contestant {
    Contestant::new(Refusing, requests)
}

/// With an authorizer that allows the request, at once and with one statement.
pub(crate) fn this_crate(requests: Requests) -> Contestant {
    Contestant::new(layer().layer(Protected), requests)
}

/// With a response that has a status, two headers and a template of its own.
pub(crate) fn this_crate_customised(requests: Requests) -> Contestant {
    let response = GatewayResponse::new()
        .status(401)
        .header("cache-control", "'no-store'")
        .header("www-authenticate", "'Bearer'")
        .template(
            "application/json",
            r#"{"message":$context.error.messageString,"id":"$context.requestId"}"#,
        );
    let responses = GatewayResponses::default()
        .with(ResponseType::Unauthorized, response)
        .expect("a valid response");
    let layer = layer().gateway_responses(responses);
    Contestant::new(layer.layer(Protected), requests)
}

fn layer() -> LambdaAuthorizerLayer<impl Authorizer> {
    LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
        Ok(AuthorizerResponse::allow(request.method_arn()))
    }))
    .result_ttl(Duration::ZERO)
    .expect("zero keeps nothing")
}

/// tower-http's layer with an async closure.
pub(crate) fn tower_http(requests: Requests) -> Contestant {
    let layer = AsyncRequireAuthorizationLayer::new(|request: Request| async move {
        match request.headers().contains_key(header::AUTHORIZATION) {
            true => Ok(request),
            false => Err(unauthorized()),
        }
    });
    Contestant::new(layer.layer(Protected), requests)
}

fn unauthorized() -> Response {
    let mut response = Response::new(Body::from(UNAUTHORIZED));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// axum's middleware, as one writes it.
pub(crate) fn axum_from_fn(requests: Requests) -> Contestant {
    Contestant::new(from_fn(require_token).layer(Protected), requests)
}

async fn require_token(request: Request, next: Next) -> Response {
    match request.headers().contains_key(header::AUTHORIZATION) {
        true => next.run(request).await,
        false => {
            let body = Json(json!({"message": "Unauthorized"}));
            (StatusCode::UNAUTHORIZED, body).into_response()
        }
    }
}

/// What an authorizer has said of a token.
#[derive(Debug)]
struct Caller;

/// Decisions by their tokens.
#[derive(Debug, Clone)]
pub(crate) struct Decisions(Cache<String, Arc<Caller>>);

impl Decisions {
    pub(crate) fn new() -> Self {
        let cache = Cache::builder().max_capacity(10_000);
        Self(cache.time_to_live(Duration::from_secs(300)).build())
    }

    async fn of(&self, token: &str) -> Arc<Caller> {
        if let Some(caller) = self.0.get(token).await {
            return caller;
        }
        let caller = Arc::new(Caller);
        self.0.insert(token.to_owned(), Arc::clone(&caller)).await;
        caller
    }
}

/// tower-http's layer with a cache: decisions are not evaluated any more, the caller is handed on.
pub(crate) fn tower_http_moka(decisions: Decisions, requests: Requests) -> Contestant {
    let layer = AsyncRequireAuthorizationLayer::new(move |mut request: Request| {
        let decisions = decisions.clone();
        async move {
            let token = request.headers().get(header::AUTHORIZATION);
            let Some(token) = token.and_then(|token| token.to_str().ok()) else {
                return Err(unauthorized());
            };
            let caller = decisions.of(token).await;
            request.extensions_mut().insert(caller);
            Ok(request)
        }
    });
    Contestant::new(layer.layer(Protected), requests)
}
