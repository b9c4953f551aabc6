//! How to write a tower middleware, from nothing and without this crate. `docs/tower-middleware.md` explains each line of
//! `middleware/check.rs`, which is the middleware.
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

use std::io;

use axum::{Extension, Router, routing::get};
use http::{HeaderValue, StatusCode, header::AUTHORIZATION, request::Parts};
use tokio::task::yield_now;

#[path = "support/address.rs"]
mod address;
#[path = "middleware/check.rs"]
#[expect(unreachable_pub, reason = "it is written as in a library")]
mod check;

use check::CheckLayer;

#[derive(Clone)]
struct Caller(&'static str);

#[tokio::main]
async fn main() -> io::Result<()> {
    let layer = CheckLayer::new(|request: &Parts| {
        let token = request.headers.get(AUTHORIZATION).cloned();
        async move { caller(token.ok_or(StatusCode::UNAUTHORIZED)?).await }
    });
    let hello = async |Extension(Caller(name))| format!("hello {name}\n");
    let app = Router::new().route("/pets", get(hello)).route_layer(layer);
    axum::serve(address::listen().await?, app).await
}

/// Stands in for a database.
async fn caller(token: HeaderValue) -> Result<Caller, StatusCode> {
    yield_now().await;
    match token.as_bytes() {
        b"t1" => Ok(Caller("ann")),
        _ => Err(StatusCode::FORBIDDEN),
    }
}
