//! A TOKEN authorizer in front of an axum app, and the 401 that leaves no trace on API Gateway.
//!
//! Start the server. It prints the later lines when it receives the requests below:
//!
//! ```console
//! $ cargo run --example axum
//! listening on http://127.0.0.1:3000
//! UNAUTHORIZED: the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked
//! ACCESS_DENIED: the policy's `Statement[0]` denies `arn:aws:execute-api:us-east-1:000000000000:placeholder/local/GET/pets`
//! UNAUTHORIZED: the authorizer returned `Unauthorized`: there is no such token
//! AUTHORIZER_CONFIGURATION_ERROR: the authorizer's answer cannot be used: the context's `user` is an object; allowed are strings, numbers and booleans
//! ```
//!
//! Without the header the response is 401, and the authorizer is not invoked:
//!
//! ```console
//! $ curl -i http://127.0.0.1:3000/pets
//! HTTP/1.1 401 Unauthorized
//! content-type: application/json
//! content-length: 26
//! x-amzn-requestid: 7d1a1c0e-6b7e-4c0c-9d3b-0d0b8f6c2a55
//! x-amzn-errortype: UnauthorizedException
//! x-amz-apigw-id: EOQIXGWCoAMEilA=
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! {"message":"Unauthorized"}
//! $ curl http://127.0.0.1:3000/invocations
//! 0
//! ```
//!
//! With the header, the authorizer decides:
//!
//! ```console
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! user-1 of acme sees a cat and a dog
//! $ curl -H 'Authorization: deny' http://127.0.0.1:3000/pets
//! {"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}
//! $ curl -H 'Authorization: who?' http://127.0.0.1:3000/pets
//! {"message":"Unauthorized"}
//! $ curl -H 'Authorization: malformed' http://127.0.0.1:3000/pets
//! {"message":null}
//! $ curl http://127.0.0.1:3000/invocations
//! 4
//! ```

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, routing::get};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse, Denial,
    LambdaAuthorizerLayer, authorizer_fn,
};

#[path = "support/address.rs"]
mod address;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let invocations = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&invocations);
    let authorizer = authorizer_fn(move |request| {
        counter.fetch_add(1, Ordering::Relaxed);
        async move { authorize(&request) }
    });

    let app = Router::new()
        .route("/pets", get(pets))
        .route_layer(LambdaAuthorizerLayer::token(authorizer).on_denial(print_why))
        .route(
            "/invocations",
            get(move || async move { format!("{}\n", invocations.load(Ordering::Relaxed)) }),
        );

    axum::serve(address::listen().await?, app).await
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.token() {
        Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())
            .with_principal_id("user-1")
            .with_context("tenant", "acme")),
        Some("deny") => Ok(AuthorizerResponse::deny(request.method_arn())),
        // A function may return this by mistake. API Gateway refuses a context with an object in it.
        Some("malformed") => Ok(AuthorizerResponse::from_json(
            br#"{"policyDocument":{"Statement":{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"*"}},"context":{"user":{"name":"Ann"}}}"#,
        )?),
        _ => Err(AuthorizerError::unauthorized().because("there is no such token")),
    }
}

async fn pets(caller: AuthorizerContext) -> String {
    let user = caller.principal_id().unwrap_or("somebody");
    let tenant = caller.get("tenant").unwrap_or("nowhere");
    format!("{user} of {tenant} sees a cat and a dog\n")
}

fn print_why(denial: &Denial) {
    println!("{}: {denial}", denial.response_type());
}
