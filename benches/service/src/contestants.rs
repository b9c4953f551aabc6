//! What one would write instead of this crate.

use std::{sync::Arc, time::Duration};

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
use tower_http::auth::{AsyncAuthorizeRequest, AsyncRequireAuthorizationLayer};
use tower_layer::Layer;

use crate::{
    protected::{Protected, UNAUTHORIZED},
    requests::Requests,
    subject::Subject,
};

/// tower-http's layer with an async closure.
pub(crate) fn tower_http(requests: Requests) -> Subject {
    let layer = AsyncRequireAuthorizationLayer::new(|request: Request| async move {
        if request.headers().contains_key(header::AUTHORIZATION) {
            Ok(request)
        } else {
            Err(unauthorized())
        }
    });
    Subject::new(layer.layer(Protected), requests)
}

fn unauthorized() -> Response {
    let mut response = Response::new(Body::from(UNAUTHORIZED));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// axum's middleware, as one writes it.
pub(crate) fn axum_from_fn(requests: Requests) -> Subject {
    Subject::new(from_fn(require_token).layer(Protected), requests)
}

async fn require_token(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::AUTHORIZATION) {
        next.run(request).await
    } else {
        let body = Json(json!({"message": "Unauthorized"}));
        (StatusCode::UNAUTHORIZED, body).into_response()
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
pub(crate) fn tower_http_moka(decisions: Decisions, requests: Requests) -> Subject {
    Subject::new(caching_layer(decisions).layer(Protected), requests)
}

pub(crate) fn caching_layer(
    decisions: Decisions,
) -> AsyncRequireAuthorizationLayer<
    impl AsyncAuthorizeRequest<Body, RequestBody = Body, ResponseBody = Body> + Clone,
> {
    AsyncRequireAuthorizationLayer::new(move |mut request: Request| {
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
    })
}
