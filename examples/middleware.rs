//! How to write a tower middleware, from nothing and without this crate. `docs/tower-middleware.md` explains
//! `middleware/check.rs` and `middleware/rate_limit.rs`, which are the middleware.
//!
//! ```console
//! $ cargo run --example middleware
//! listening on http://127.0.0.1:3000
//! ```
//!
//! The check looks a token up, and the handler gets the name that it finds:
//!
//! ```console
//! $ curl -H 'Authorization: t1' http://127.0.0.1:3000/pets
//! hello ann
//! $ curl -i -H 'Authorization: t2' http://127.0.0.1:3000/pets
//! HTTP/1.1 403 Forbidden
//! content-length: 0
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! $ curl -i http://127.0.0.1:3000/pets
//! HTTP/1.1 401 Unauthorized
//! content-length: 0
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! ```
//!
//! The limit lets three requests through in a minute. The fourth is refused:
//!
//! ```console
//! $ curl -H 'Authorization: t1' http://127.0.0.1:3000/pets
//! too many requests
//! ```

use std::{io, num::NonZeroU32, time::Duration};

use axum::{
    Extension, Router,
    error_handling::HandleErrorLayer,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{
    HeaderValue, StatusCode,
    header::{AUTHORIZATION, RETRY_AFTER},
    request::Parts,
};
use tokio::task::yield_now;
use tower::ServiceBuilder;

#[path = "support/address.rs"]
mod address;
#[path = "middleware/check.rs"]
#[expect(unreachable_pub, reason = "it is written as in a library")]
mod check;
#[path = "middleware/rate_limit.rs"]
#[expect(unreachable_pub, reason = "it is written as in a library")]
mod rate_limit;

use check::CheckLayer;
use rate_limit::{BoxError, RateLimitLayer, RateLimited};

#[derive(Clone)]
struct Caller(&'static str);

#[tokio::main]
async fn main() -> io::Result<()> {
    let layer = CheckLayer::new(|request: &Parts| {
        let token = request.headers.get(AUTHORIZATION).cloned();
        async move { caller(token.ok_or(StatusCode::UNAUTHORIZED)?).await }
    });
    let hello = async |Extension(Caller(name))| format!("hello {name}\n");
    let calls = NonZeroU32::new(3).ok_or(io::ErrorKind::InvalidInput)?;
    let limit = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(response_to))
        .layer(RateLimitLayer::new(calls, Duration::from_secs(60)));
    let app = Router::new()
        .route("/pets", get(hello))
        .route_layer(layer)
        .layer(limit);
    axum::serve(address::listen().await?, app).await
}

async fn response_to(error: BoxError) -> Response {
    match error.downcast_ref::<RateLimited>() {
        Some(limited) => {
            let seconds = limited.retry_after().as_secs() + 1;
            let headers = [(RETRY_AFTER, HeaderValue::from(seconds))];
            (
                StatusCode::TOO_MANY_REQUESTS,
                headers,
                "too many requests\n",
            )
                .into_response()
        }
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Stands in for a database.
async fn caller(token: HeaderValue) -> Result<Caller, StatusCode> {
    yield_now().await;
    match token.as_bytes() {
        b"t1" => Ok(Caller("ann")),
        _ => Err(StatusCode::FORBIDDEN),
    }
}
