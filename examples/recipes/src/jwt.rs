//! JSON Web Tokens of an identity provider that publishes its keys as a JSON Web Key Set (JWKS).

mod keys;
mod verify;

use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use axum::{Router, routing::get};
use serde::Deserialize;
use tower_lambda_authorizer::{
    Authorized, AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer,
    authorizer_fn,
};

pub use self::{
    keys::{Keys, keys_from},
    verify::Tokens,
};

/// What this app needs of a token.
#[derive(Deserialize)]
pub struct Claims {
    sub: String,
    /// In seconds since 1970.
    exp: u64,
    tenant: String,
    #[serde(default)]
    groups: Vec<String>,
}

/// What a handler learns about its caller.
#[derive(Deserialize)]
struct Caller {
    tenant: String,
    groups: Vec<String>,
}

pub fn app(tokens: Tokens) -> Router {
    let tokens = Arc::new(tokens);
    let authorizer = authorizer_fn(move |request| {
        let tokens = Arc::clone(&tokens);
        async move { authorize(&tokens, &request).await }
    });
    let layer = LambdaAuthorizerLayer::token(authorizer).on_denial(|denial| eprintln!("{denial}"));
    Router::new()
        .route("/tenants/{tenant}/orders", get(orders).post("ordered"))
        .route("/reports", get("all is well"))
        .route_layer(layer)
}

async fn authorize(
    tokens: &Tokens,
    request: &AuthorizerRequest,
) -> Result<AuthorizerResponse, AuthorizerError> {
    let claims = tokens.verify(request.bearer_token()?).await?;
    let is_member = |group| claims.groups.iter().any(|known| known == group);

    // Everything that the caller may do, not only this request: the policy is cached for the caller's next requests.
    // Segments are literal, so a tenant called `*` is only that.
    let tenant = ["tenants", &claims.tenant];
    let mut policy = request.policy_builder().allow_under("GET", tenant);
    if is_member("buyers") {
        policy = policy.allow_under("POST", tenant);
    }
    if is_member("managers") {
        policy = policy.allow("GET", "/reports");
    }
    Ok(AuthorizerResponse::policy(policy.build()?)
        .with_context("groups", serde_json::to_string(&claims.groups)?)
        .with_context("tenant", claims.tenant)
        .with_principal_id(claims.sub)
        // A cached policy does not outlive its token.
        .with_expiry(UNIX_EPOCH + Duration::from_secs(claims.exp)))
}

async fn orders(Authorized(caller): Authorized<Caller>) -> String {
    let groups = caller.groups.join(" and ");
    format!("no orders of {}, for a member of {groups}", caller.tenant)
}
