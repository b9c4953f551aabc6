//! salvo 1, with its own adapter for tower, `TowerLayerCompat`.
//!
//! `compat` makes the layer a *hoop*: it guards every route of its router and of the routers below, whatever the order,
//! and an unknown path still gets 404. It starts a task, so build the router inside a tokio runtime, or it panics; and
//! without `compat`, `hoop` does not take the layer, because a tower layer is not a `Handler`. salvo does not put the
//! client's address where this crate looks for it, so a hoop before the layer does: otherwise every `Deny` on
//! `aws:SourceIp` applies, and no `Allow` does.

use salvo_core::{Request, Router, handler};
use salvo_extra::tower_compat::TowerLayerCompat;
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, authorizer_fn,
};

pub fn app() -> Router {
    let authorizer = authorizer_fn(async |request| authorize(&request));
    let layer = LambdaAuthorizerLayer::token(authorizer);
    let guarded = Router::new()
        .hoop(client_address)
        .hoop(layer.compat())
        .push(Router::with_path("pets").get(list))
        .push(Router::with_path("me").get(me));
    Router::new()
        .push(guarded)
        .push(Router::with_path("health").get(health))
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let policy = request.policy_builder();
    let (keeper, policy) = match request.token() {
        Some("t-ann") => ("ann", policy.allow("GET", "/*")),
        Some("t-bob") => ("bob", policy.allow("GET", "/pets")),
        _ => return Err(AuthorizerError::unauthorized()),
    };
    let response = AuthorizerResponse::policy(policy.build()?).with_principal_id(keeper);
    Ok(match request.source_ip() {
        Some(address) => response.with_context("address", address.to_string()),
        None => response,
    })
}

#[handler]
async fn client_address(request: &mut Request) {
    if let Some(address) = request.remote_addr().clone().into_std() {
        request.extensions_mut().insert(address);
    }
}

#[handler]
async fn list() -> &'static str {
    "a cat and a dog"
}

#[handler]
async fn health() -> &'static str {
    "well"
}

#[handler]
async fn me(request: &mut Request) -> String {
    let caller = request.extensions().get::<AuthorizerContext>();
    let known = caller.and_then(|caller| Some((caller.principal_id()?, caller.get("address")?)));
    known.map_or("nobody".to_owned(), |(keeper, address)| {
        format!("{keeper} at {address}")
    })
}
