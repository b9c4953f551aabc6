//! A service for orders, whose callers have a JSON Web Token. It shows how to test an authorizer: see `tests/orders.rs`.
//!
//! ```sh
//! cargo test --manifest-path examples/testing/Cargo.toml
//! ```

use std::time::{Duration, UNIX_EPOCH};

use axum::{Router, routing::get};
use jsonwebtoken::{DecodingKey, Validation, decode};
use serde::{Deserialize, Serialize};
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn,
    policy::{InvalidPolicy, PolicyBuilder, PolicyDocument},
};

/// What a token says about its bearer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    pub sub: String,
    pub role: String,
    /// In seconds since 1970.
    pub exp: u64,
}

pub fn app(secret: &'static [u8]) -> Router {
    let authorizer = authorizer_fn(move |request| async move { authorize(secret, &request) });
    Router::new()
        .route("/orders", get("no orders"))
        .route("/orders/{id}", get(read).delete("deleted"))
        .route("/callers/{id}", get("a caller"))
        .route_layer(LambdaAuthorizerLayer::token(authorizer))
        .route("/health", get("well"))
}

async fn read(caller: AuthorizerContext) -> String {
    format!(
        "an order, for {}",
        caller.principal_id().unwrap_or("nobody")
    )
}

fn authorize(
    secret: &[u8],
    request: &AuthorizerRequest,
) -> Result<AuthorizerResponse, AuthorizerError> {
    // A caller with any invalid token is not authenticated. The log says what is wrong with it.
    let token = decode::<Claims>(
        request.bearer_token()?,
        &DecodingKey::from_secret(secret),
        &Validation::default(),
    );
    let Claims { sub, role, exp } = token.or_unauthorized()?.claims;
    let policy = policy(request.policy_builder(), &role, &sub)?;
    Ok(AuthorizerResponse::policy(policy)
        .with_principal_id(sub)
        // The result must not outlive the token.
        .with_expiry(UNIX_EPOCH + Duration::from_secs(exp))
        .with_context("role", role))
}

/// Allows everything that the caller may do, not only this request, since the policy is cached for later requests.
///
/// `/orders/*` is a constant. The caller's name is data, so it is a segment, which is always literal.
pub fn policy(
    builder: PolicyBuilder,
    role: &str,
    caller: &str,
) -> Result<PolicyDocument, InvalidPolicy> {
    let method = match role {
        "manager" => "*",
        "clerk" => "GET",
        _ => return builder.deny("*", "/*").sid("unknown-role").build(),
    };
    builder
        .allow(method, "/orders")
        .also(method, "/orders/*")
        .also_at("GET", ["callers", caller])
        .build()
}
