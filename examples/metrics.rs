//! Metrics for Prometheus: decisions, calls to the authorizer and its cache.
//!
//! Start the server, and send it some requests:
//!
//! ```console
//! $ cargo run --example metrics
//! listening on http://127.0.0.1:3000
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! a cat and a dog
//! $ curl -H 'Authorization: allow' http://127.0.0.1:3000/pets
//! a cat and a dog
//! $ curl http://127.0.0.1:3000/pets
//! {"message":"Unauthorized"}
//! ```
//!
//! Every request is counted, by what was decided and where the authorizer's result came from:
//!
//! ```console
//! $ curl http://127.0.0.1:3000/metrics | grep '^lambda_authorizer_decisions_total' | sort
//! lambda_authorizer_decisions_total{outcome="allowed",response_type="",reason="",source="hit",authorizer="pets"} 1
//! lambda_authorizer_decisions_total{outcome="allowed",response_type="",reason="",source="missed",authorizer="pets"} 1
//! lambda_authorizer_decisions_total{outcome="refused",response_type="UNAUTHORIZED",reason="identity_source_missing",source="not_asked",authorizer="pets"} 1
//! $ curl http://127.0.0.1:3000/metrics | grep -E '^lambda_authorizer_(authorizer_calls|cache_hits)_total' | sort
//! lambda_authorizer_authorizer_calls_total{outcome="answered",authorizer="pets"} 1
//! lambda_authorizer_cache_hits_total{cache="pets"} 1
//! ```

use std::error::Error;

use axum::{Router, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tower_lambda_authorizer::{
    AuthorizerError, AuthorizerRequest, AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn,
    observing::Metrics,
};

#[path = "support/address.rs"]
mod address;

/// In seconds. Without buckets, the exporter writes summaries, which cannot be added up over several servers.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let exporter = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_duration_seconds".into()), &BUCKETS)?
        .install_recorder()?;
    let metrics = Metrics::new();

    let layer = LambdaAuthorizerLayer::token(authorizer_fn(async |request| authorize(&request)))
        .authorizer_name("pets")
        .observe(metrics.clone());
    let results = layer.results();
    let scrape = async move || {
        metrics.record_cache("pets", &results.statistics());
        exporter.run_upkeep();
        exporter.render()
    };
    // In production, serve the metrics on a port that clients do not reach.
    let app = Router::new()
        .route("/pets", get("a cat and a dog\n"))
        .route_layer(layer)
        .route("/metrics", get(scrape));
    axum::serve(address::listen().await?, app).await?;
    Ok(())
}

fn authorize(request: &AuthorizerRequest) -> Result<AuthorizerResponse, AuthorizerError> {
    match request.token() {
        Some("allow") => Ok(AuthorizerResponse::allow(request.method_arn())),
        _ => Err(AuthorizerError::unauthorized()),
    }
}
