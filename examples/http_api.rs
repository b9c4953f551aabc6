//! An HTTP API's authorizer: simple responses, a context that keeps its types, and one answer for each route.
//!
//! Start the server. It prints the later lines when it receives the requests below:
//!
//! ```console
//! $ cargo run --example http_api
//! listening on http://127.0.0.1:3000
//! called for GET /pets/{petId}
//! called for DELETE /pets/{petId}
//! ACCESS_DENIED: the authorizer answered `isAuthorized: false`
//! UNAUTHORIZED: the identity source `$request.header.Authorization` is missing; the authorizer was not invoked
//! ```
//!
//! The authorizer is called once for each identity, and here the route is a part of the identity:
//!
//! ```console
//! $ curl -H 'Authorization: reader' http://127.0.0.1:3000/pets/cat
//! cat, for a caller with the roles ["reader"]
//! $ curl -H 'Authorization: reader' http://127.0.0.1:3000/pets/dog
//! dog, for a caller with the roles ["reader"]
//! ```
//!
//! The response to a rejected request gives no reason:
//!
//! ```console
//! $ curl -i -X DELETE -H 'Authorization: reader' http://127.0.0.1:3000/pets/cat
//! HTTP/1.1 403 Forbidden
//! content-type: application/json
//! content-length: 23
//! apigw-requestid: EOQFNigDoAMEYQw=
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! {"message":"Forbidden"}
//! $ curl http://127.0.0.1:3000/pets/cat
//! {"message":"Unauthorized"}
//! ```

use std::{error::Error, time::Duration};

use axum::{Router, extract::Path, http::Method, routing::get};
use serde::Deserialize;
use serde_json::json;
use tower_lambda_authorizer::{
    Authorized, AuthorizerError, AuthorizerRequest, AuthorizerResponse, Denial,
    LambdaAuthorizerLayer, authorizer_fn,
};

#[path = "support/address.rs"]
mod address;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let layer = LambdaAuthorizerLayer::http_api(authorizer_fn(async |request| authorize(&request)))
        .simple_responses()?
        .identity_sources(["$request.header.Authorization", "$context.routeKey"])?
        .result_ttl(Duration::from_secs(60))?
        .on_denial(print_why);
    let app = Router::new()
        .route("/pets/{petId}", get(pet).delete(pet))
        .route_layer(layer);
    axum::serve(address::listen().await?, app).await?;
    Ok(())
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let [token, route] = request.identity() else {
        return Err(AuthorizerError::new("there are two identity sources"));
    };
    println!("called for {route}");
    let may = match token.as_str() {
        "reader" => request.method() == Method::GET,
        "writer" => true,
        _ => return Err(AuthorizerError::unauthorized()),
    };
    Ok(AuthorizerResponse::simple(may).with_context("roles", json!([token])))
}

#[derive(Deserialize)]
struct Caller {
    roles: Vec<String>,
}

async fn pet(Path(pet): Path<String>, Authorized(caller): Authorized<Caller>) -> String {
    format!("{pet}, for a caller with the roles {:?}\n", caller.roles)
}

fn print_why(denial: &Denial) {
    println!("{}: {denial}", denial.response_type());
}
