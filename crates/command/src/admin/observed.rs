//! What is kept of decisions, for the page and for Prometheus. Without `--admin`, nothing is kept.

use axum::{Router, response::IntoResponse};
use http::header;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tower_lambda_authorizer::{
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

impl Observed {
    pub(crate) fn new(is_observed: bool) -> Result<Self, Failure> {
        if !is_observed {
            return Ok(Self(None));
        }
        let prometheus = PrometheusBuilder::new().install_recorder();
        Ok(Self(Some(Kept {
            console: Console::new(),
            prometheus: prometheus.map_err(Failure::new)?,
            metrics: Metrics::new(),
        })))
    }

    /// Watches a layer, in the place of its earlier version.
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

    pub(super) fn page(&self) -> Option<Router> {
        self.0.as_ref().map(|kept| kept.console.router())
    }

    pub(super) fn metrics(&self) -> impl IntoResponse + use<> {
        const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
        let text = self.0.as_ref().map(|kept| kept.prometheus.render());
        ([(header::CONTENT_TYPE, TEXT)], text.unwrap_or_default())
    }
}
