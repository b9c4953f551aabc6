//! An axum app is guarded as an API Gateway export says: two authorizers, each for its own operations.
//!
//! The document is `tests/openapi/petstore.json`. Start the server. It prints the lines after the list of operations when
//! it receives the requests below:
//!
//! ```console
//! $ cargo run --example openapi
//! listening on http://127.0.0.1:3000
//! GET / is open
//! GET /admin asks `tenants`
//! ANY /admin/{proxy+} asks `tenants`
//! GET /pets is open
//! OPTIONS /pets is open
//! POST /pets asks `keepers`
//! GET /pets/{petId} asks `keepers`
//! UNAUTHORIZED: authorizer `keepers`: the identity source `method.request.header.Authorization` is missing; the authorizer was not invoked
//! UNAUTHORIZED: authorizer `keepers`: `method.request.header.Authorization` does not match the identity validation expression; the authorizer was not invoked
//! ACCESS_DENIED: authorizer `keepers`: the policy's `Statement[0]` denies `arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/pets/7`
//! UNAUTHORIZED: authorizer `tenants`: the identity source `method.request.header.x-tenant` is missing; the authorizer was not invoked
//! MISSING_AUTHENTICATION_TOKEN: the API has no operation for this path and method; the authorizer was not invoked
//! UNAUTHORIZED: authorizer `tenants`: the identity source `method.request.header.x-tenant` is missing; the authorizer was not invoked
//! MISSING_AUTHENTICATION_TOKEN: the API has no operation for this path and method; the authorizer was not invoked
//! ```
//!
//! The list of pets is open to everybody. The authorizer `keepers` guards a single pet, with the validation expression of
//! the document:
//!
//! ```console
//! $ curl http://127.0.0.1:3000/pets
//! a cat and a dog
//! $ curl http://127.0.0.1:3000/pets/7
//! {"message":"Unauthorized"}
//! $ curl -H 'Authorization: who?' http://127.0.0.1:3000/pets/7
//! {"message":"Unauthorized"}
//! $ curl -H 'Authorization: visitor bob' http://127.0.0.1:3000/pets/7
//! {"message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}
//! $ curl -H 'Authorization: keeper ann' http://127.0.0.1:3000/pets/7
//! ann feeds pet 7
//! ```
//!
//! The authorizer `tenants` guards everything below `/admin`. It reads a header and a query parameter, and no other
//! spelling of the path bypasses it:
//!
//! ```console
//! $ curl 'http://127.0.0.1:3000/admin/users?key=secret'
//! {"message":"Unauthorized"}
//! $ curl 'http://127.0.0.1:3000/%61dmin/users?key=secret'
//! {"message":"Missing Authentication Token"}
//! $ curl 'http://127.0.0.1:3000/admin/?key=secret'
//! {"message":"Unauthorized"}
//! $ curl -H 'x-tenant: acme' 'http://127.0.0.1:3000/admin/users?key=secret'
//! the users of acme
//! ```
//!
//! A request for an operation that the document does not have gets the same response as on API Gateway, with the header
//! that the document sets on all 4XX gateway responses:
//!
//! ```console
//! $ curl -i http://127.0.0.1:3000/owners
//! HTTP/1.1 403 Forbidden
//! content-type: application/json
//! content-length: 42
//! x-amzn-requestid: 7d1a1c0e-6b7e-4c0c-9d3b-0d0b8f6c2a55
//! x-amzn-errortype: MissingAuthenticationTokenException
//! x-amz-apigw-id: EOQIXGWCoAMEilA=
//! access-control-allow-origin: *
//! date: Tue, 24 Nov 2026 12:00:00 GMT
//!
//! {"message":"Missing Authentication Token"}
//! ```

use axum::{Router, extract::Path, routing::get};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse, Denial,
    authorizer_fn,
    openapi::{ApiDefinition, Operation},
};

#[path = "support/address.rs"]
mod address;

const EXPORT: &str = include_str!("../tests/openapi/petstore.json");

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let definition = ApiDefinition::from_openapi(EXPORT)?
        .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?)
        .authorizer("keepers", authorizer_fn(async |request| keepers(&request)))?
        .authorizer("tenants", authorizer_fn(async |request| tenants(&request)))?
        .on_denial(print_why);
    let guards: Vec<_> = definition.operations().map(guard).collect();

    let app = Router::new()
        .route("/pets", get(async || "a cat and a dog\n"))
        .route("/pets/{id}", get(pet))
        .route("/admin/users", get(users))
        .layer(definition.into_layer()?);

    let listener = address::listen().await?;
    println!("{}", guards.join("\n"));
    Ok(axum::serve(listener, app).await?)
}

/// The document tells which authorizer guards an operation.
fn guard(operation: &Operation) -> String {
    match operation.authorizer() {
        Some(name) => format!("{operation} asks `{name}`"),
        None => format!("{operation} is open"),
    }
}

fn keepers(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.token().and_then(|token| token.split_once(' ')) {
        Some(("keeper", name)) => {
            Ok(AuthorizerResponse::allow(request.method_arn()).with_principal_id(name))
        }
        Some(("visitor", _)) => Ok(AuthorizerResponse::deny(request.method_arn())),
        _ => Err(AuthorizerError::unauthorized()),
    }
}

fn tenants(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.identity() {
        [tenant, key] if key == "secret" => {
            Ok(AuthorizerResponse::allow(request.method_arn()).with_context("tenant", &**tenant))
        }
        _ => Ok(AuthorizerResponse::deny(request.method_arn())),
    }
}

async fn pet(caller: AuthorizerContext, Path(id): Path<String>) -> String {
    let keeper = caller.principal_id().unwrap_or("somebody");
    format!("{keeper} feeds pet {id}\n")
}

async fn users(caller: AuthorizerContext) -> String {
    format!(
        "the users of {}\n",
        caller.get("tenant").unwrap_or("nobody")
    )
}

fn print_why(denial: &Denial) {
    println!("{}: {denial}", denial.response_type());
}
