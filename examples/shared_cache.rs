//! Two processes that share their results through a Redis server on its usual port.
//!
//! Start the first process. It prints the later lines when it receives the requests below:
//!
//! ```console
//! $ REDIS_URL=redis://127.0.0.1:6379 CACHE_SECRET=0f1e2d3c4b5a69788796a5b4c3d2e1f0 cargo run --example shared_cache
//! listening on http://127.0.0.1:3000
//! the authorizer is called for `allow`
//! ```
//!
//! Start the second process, with the same secret. It calls its own authorizer only after the result was invalidated:
//!
//! ```console
//! $ ADDR=127.0.0.1:3001 REDIS_URL=redis://127.0.0.1:6379 CACHE_SECRET=0f1e2d3c4b5a69788796a5b4c3d2e1f0 cargo run --example shared_cache
//! listening on http://127.0.0.1:3001
//! the authorizer is called for `allow`
//! ```
//!
//! The first process calls its authorizer. The second finds the result in Redis, and has it in its own memory from then on:
//!
//! ```console
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! user-1 sees a cat and a dog
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3001/pets
//! user-1 sees a cat and a dog
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3001/pets
//! user-1 sees a cat and a dog
//! $ curl http://127.0.0.1:3000/statistics
//! hits 0, misses 1, found in Redis 0, errors of Redis 0
//! $ curl http://127.0.0.1:3001/statistics
//! hits 1, misses 1, found in Redis 1, errors of Redis 0
//! ```
//!
//! Invalidating a result removes it from Redis, and from the memory of the process that does it:
//!
//! ```console
//! $ curl -X DELETE http://127.0.0.1:3001/results/allow
//! forgotten
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3001/pets
//! user-1 sees a cat and a dog
//! ```

use std::{env, error::Error};

use axum::{
    Router,
    extract::{Path, State},
    routing::{delete, get},
};
use tower_lambda_authorizer::{
    Api, AuthorizerContext, AuthorizerError, AuthorizerRequest, AuthorizerResponse,
    LambdaAuthorizerLayer, authorizer_fn,
    caching::AuthorizerResults,
    shared_cache::{RedisTier, SharedCache},
};

#[path = "support/address.rs"]
mod address;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let tier = RedisTier::connect(variable("REDIS_URL")?)?;
    // 32 random bytes that only the application's processes know.
    let shared = SharedCache::new(tier, variable("CACHE_SECRET")?)?;

    let layer = LambdaAuthorizerLayer::token(authorizer_fn(authorize))
        .api(Api::new("eu-west-1", "123456789012", "a1b2c3d4e5", "prod")?)
        .shared_cache(shared, "pets-authorizer");
    let results = layer.results();

    let app = Router::new()
        .route("/pets", get(pets))
        .route_layer(layer)
        // For operators only. Do not expose these routes to clients.
        .route("/statistics", get(statistics))
        .route("/results/{token}", delete(forget))
        .with_state(results);
    axum::serve(address::listen().await?, app).await?;
    Ok(())
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name)
        .map_err(|_| format!("please set {name}, as in the comment at the top of this example"))
}

async fn authorize(request: AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    let token = request.token().unwrap_or_default();
    println!("the authorizer is called for `{token}`");
    match token {
        "allow" => Ok(AuthorizerResponse::allow(request.method_arn()).with_principal_id("user-1")),
        _ => Err(AuthorizerError::unauthorized()),
    }
}

async fn pets(caller: AuthorizerContext) -> String {
    let user = caller.principal_id().unwrap_or("somebody");
    format!("{user} sees a cat and a dog\n")
}

async fn statistics(State(results): State<AuthorizerResults>) -> String {
    let statistics = results.statistics();
    format!(
        "hits {}, misses {}, found in Redis {}, errors of Redis {}\n",
        statistics.hits, statistics.misses, statistics.shared_hits, statistics.shared_errors
    )
}

async fn forget(State(results): State<AuthorizerResults>, Path(token): Path<String>) -> String {
    match results.invalidate([token]).await {
        Ok(_) => "forgotten\n".to_owned(),
        Err(error) => format!("this process has forgotten it, Redis has not: {error}\n"),
    }
}
