//! What is kept of decisions, for the page and for Prometheus. Without `--admin`, nothing is kept.

use axum::{Router, response::IntoResponse};
use http::header;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tower_lambda_authorizer::{
    caching::CacheStatistics,
    observing::Metrics,
    openapi::{ApiAuthorizerLayer, ApiDefinition, DefinitionError},
};
use tower_lambda_authorizer_console::Console;

use crate::{document::OneLayer, failure::Failure};

#[derive(Clone, Default)]
pub(crate) struct Observed(Option<Kept>);

#[derive(Clone)]
struct Kept {
    console: Console,
    metrics: Metrics,
    prometheus: PrometheusHandle,
}

/// The only layer of the page.
const LAYER: &str = "api";

/// The buckets of durations, in seconds. Without buckets, the exporter writes summaries, which cannot be added up over
/// several servers.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

impl Observed {
    /// Creates the page, which may be opened under these names.
    pub(crate) fn under(hosts: &[String]) -> Result<Self, Failure> {
        let durations = Matcher::Suffix("_duration_seconds".into());
        let prometheus = PrometheusBuilder::new()
            .set_buckets_for_metric(durations, &BUCKETS)
            .and_then(PrometheusBuilder::install_recorder);
        let console = Console::builder().hosts(hosts).build();
        Ok(Self(Some(Kept {
            console: console.map_err(Failure::new)?,
            prometheus: prometheus.map_err(Failure::new)?,
            metrics: Metrics::new(),
        })))
    }

    /// Watches a layer instead of its earlier version.
    pub(crate) fn watch(&self, layer: OneLayer) -> OneLayer {
        match &self.0 {
            None => layer,
            Some(kept) => kept
                .console
                .watch_again(LAYER, layer.observe(kept.metrics.clone())),
        }
    }

    pub(crate) fn watch_api(
        &self,
        definition: ApiDefinition,
    ) -> Result<ApiAuthorizerLayer, DefinitionError> {
        match &self.0 {
            None => definition.into_layer(),
            Some(kept) => kept
                .console
                .watch_api_again(LAYER, definition.observe(kept.metrics.clone())),
        }
    }

    pub(crate) fn page(&self) -> Option<Router> {
        self.0.as_ref().map(|kept| kept.console.router())
    }

    /// Adds up the measurements since the last call. Otherwise they would pile up until somebody reads them.
    pub(crate) fn add_up(&self) {
        if let Some(kept) = &self.0 {
            kept.prometheus.run_upkeep();
        }
    }

    /// Records the statistics of caches, by the names of their authorizers.
    pub(crate) fn record_caches(&self, caches: &[(String, CacheStatistics)]) {
        if let Some(kept) = &self.0 {
            for (name, statistics) in caches {
                kept.metrics.record_cache(name, statistics);
            }
        }
    }

    /// Another version of the document is in force.
    pub(crate) fn record_reload(&self) {
        if let Some(kept) = &self.0 {
            kept.metrics.record_reload(None);
        }
    }

    pub(crate) fn metrics(&self) -> impl IntoResponse + use<> {
        const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
        self.add_up();
        let text = self.0.as_ref().map(|kept| kept.prometheus.render());
        ([(header::CONTENT_TYPE, TEXT)], text.unwrap_or_default())
    }
}
