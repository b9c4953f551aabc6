//! What the layers are configured to do, and the figures of their caches.

use axum::response::Response;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use tower_lambda_authorizer::{
    caching::CacheStatistics, observing::LayerConfiguration, openapi::Operation,
};

use crate::{
    body::{Problem, json},
    shared::{Layer, Shared},
    story::without_article,
};

#[derive(Serialize)]
struct Configuration {
    layers: Vec<ShownLayer>,
    version: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownLayer {
    id: usize,
    name: String,
    api_type: String,
    authorizers: Vec<ShownAuthorizer>,
    operations: Vec<ShownOperation>,
}

#[derive(Serialize)]
struct ShownAuthorizer {
    name: Option<String>,
    configuration: LayerConfiguration,
    statistics: Option<Statistics>,
}

#[derive(Serialize)]
struct ShownOperation {
    method: String,
    path: String,
    authorizer: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Statistics {
    hits: u64,
    misses: u64,
    stale_hits: u64,
    joined: u64,
    shared_hits: u64,
    shared_errors: u64,
    evictions: u64,
    bytes: usize,
}

impl From<CacheStatistics> for Statistics {
    fn from(statistics: CacheStatistics) -> Self {
        Self {
            hits: statistics.hits,
            misses: statistics.misses,
            stale_hits: statistics.stale_hits,
            joined: statistics.joined,
            shared_hits: statistics.shared_hits,
            shared_errors: statistics.shared_errors,
            evictions: statistics.evictions,
            bytes: statistics.bytes,
        }
    }
}

pub(crate) fn configuration(shared: &Shared) -> Response {
    let layers = shared.layers();
    let layers = layers.iter().enumerate();
    let configuration = Configuration {
        layers: layers.map(|(id, layer)| shown(id, layer)).collect(),
        version: env!("CARGO_PKG_VERSION"),
    };
    json(StatusCode::OK, &configuration)
}

fn shown(id: usize, layer: &Layer) -> ShownLayer {
    let authorizer = |configuration: LayerConfiguration| {
        let name = configuration.authorizer_name().map(str::to_owned);
        let results = layer.watched.results(name.as_deref());
        ShownAuthorizer {
            statistics: results.map(|results| results.statistics().into()),
            configuration,
            name,
        }
    };
    let operation = |operation: &Operation| ShownOperation {
        method: operation.method().to_owned(),
        path: operation.path().to_owned(),
        authorizer: operation.authorizer().map(str::to_owned),
    };
    let configurations = layer.watched.configurations().into_iter();
    let operations = layer.watched.operations().unwrap_or_default();
    ShownLayer {
        id,
        name: layer.name.to_string(),
        api_type: without_article(&layer.watched.api_type().to_string()),
        authorizers: configurations.map(authorizer).collect(),
        operations: operations.iter().map(operation).collect(),
    }
}

/// Which results to remove.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flush {
    layer: usize,
    authorizer: Option<String>,
}

pub(crate) async fn flush(shared: &Shared, flush: Flush) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Flushed {
        statistics: Statistics,
    }
    let layer = shared.known_layer(flush.layer)?;
    let results = layer.watched.results(flush.authorizer.as_deref());
    let results = results.ok_or_else(|| {
        let names = layer.watched.configurations();
        let names = names.iter().filter_map(LayerConfiguration::authorizer_name);
        let names = names.collect::<Vec<_>>().join(", ");
        Problem::bad_request(format!(
            "The layer `{}` has no such authorizer. It has: {names}.",
            layer.name
        ))
    })?;
    results.clear().await.map_err(|error| {
        Problem::new(
            StatusCode::BAD_GATEWAY,
            format!("The results of this process are removed, but not those of the shared tier: {error}."),
        )
    })?;
    let statistics = results.statistics().into();
    Ok(json(StatusCode::OK, &Flushed { statistics }))
}
