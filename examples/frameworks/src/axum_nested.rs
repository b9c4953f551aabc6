//! axum with nested routers, state and CORS.
//!
//! Put `route_layer` on the guarded router, after its last route and before it is nested, so that open routes and the
//! fallback stay outside. Put tower-http's `CorsLayer` around everything: it answers preflights, which carry no
//! credentials, and adds its headers to refusals, so that the page can read them. Turn on the crate's feature `axum`:
//! policies then match the whole path (`/v1/pets/7`), and without it a handler with an `AuthorizerContext` does not
//! compile.

use std::{collections::BTreeMap, sync::Arc};

use ::axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use http::{HeaderValue, Method, StatusCode, header};
use tower_http::cors::CorsLayer;
use tower_lambda_authorizer::{
    AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, OrUnauthorized, authorizer_fn,
};

/// The origin of the page that uses the API.
pub const PAGE: &str = "https://pets.example";

/// The state: handlers extract it, and the authorizer has a clone of it.
#[derive(Clone)]
pub struct Shop {
    /// Who may use the shop, by token.
    pub keepers: Arc<BTreeMap<String, String>>,
    pub pets: Arc<BTreeMap<u32, String>>,
}

pub fn app(shop: Shop) -> Router {
    let authorizer = authorizer_fn({
        let shop = shop.clone();
        move |request| {
            let shop = shop.clone();
            async move { authorize(&shop, &request) }
        }
    });
    let pets = Router::new()
        .route("/", get(list).delete(sell_all))
        .route("/{id}", get(one));
    let guarded = Router::new()
        .nest("/pets", pets)
        .route("/me", get(me))
        .route_layer(LambdaAuthorizerLayer::token(authorizer));

    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static(PAGE))
        .allow_methods([Method::GET, Method::DELETE])
        .allow_headers([header::AUTHORIZATION]);
    Router::new()
        .nest("/v1", guarded)
        .route("/health", get("well"))
        .fallback(async || (StatusCode::NOT_FOUND, "there is nothing here"))
        .layer(cors)
        .with_state(shop)
}

fn authorize(
    shop: &Shop,
    request: &AuthorizerRequest,
) -> Result<AuthorizerResponse, AuthorizerError> {
    let token = request.token().or_unauthorized()?;
    let keeper = shop.keepers.get(token).or_unauthorized()?;
    let policy = request.policy_builder().allow("GET", "/v1/*").build()?;
    Ok(AuthorizerResponse::policy(policy).with_principal_id(keeper))
}

async fn list(State(shop): State<Shop>) -> String {
    shop.pets.values().cloned().collect::<Vec<_>>().join(", ")
}

async fn one(State(shop): State<Shop>, Path(id): Path<u32>) -> Result<String, StatusCode> {
    shop.pets.get(&id).cloned().ok_or(StatusCode::NOT_FOUND)
}

async fn sell_all() -> &'static str {
    "sold"
}

async fn me(caller: AuthorizerContext) -> String {
    caller.principal_id().unwrap_or("nobody").to_owned()
}
