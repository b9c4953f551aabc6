//! The layer that a document describes.

use http::Request;
use tower_lambda_authorizer::{
    caching::AuthorizerResults, explanations::Explanation, gateway_responses::GatewayResponder,
    observing::LayerConfiguration, openapi::ApiAuthorizerLayer,
};

use super::OneLayer;

pub(crate) enum DocumentLayer {
    /// One authorizer for every path.
    ByOne(Box<OneLayer>),
    /// An authorizer for each operation.
    AsDocumented(ApiAuthorizerLayer),
}

impl DocumentLayer {
    /// The functions of all authorizers.
    pub(crate) fn configurations(&self) -> Vec<LayerConfiguration> {
        match self {
            Self::ByOne(layer) => vec![layer.configuration()],
            Self::AsDocumented(layer) => layer.configurations().collect(),
        }
    }

    /// The cached results of an authorizer.
    pub(crate) fn results(&self, authorizer: &str) -> Option<AuthorizerResults> {
        match self {
            Self::ByOne(layer) => Some(layer.results()),
            Self::AsDocumented(layer) => layer.results(authorizer),
        }
    }

    /// Makes the gateway responses of failures that no layer sees.
    pub(crate) fn responder(&self) -> GatewayResponder {
        match self {
            Self::ByOne(layer) => layer.responder(),
            Self::AsDocumented(layer) => layer.responder(),
        }
    }

    pub(super) async fn explain(&self, request: Request<()>) -> Explanation {
        match self {
            Self::ByOne(layer) => layer.explain(request).await,
            Self::AsDocumented(layer) => layer.explain(request).await,
        }
    }
}
