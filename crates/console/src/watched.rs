//! Hides the type of a watched layer's authorizer.

use std::{future::Future, pin::Pin};

use http::Request;
use tower_lambda_authorizer::{
    ApiType, Authorizer, LambdaAuthorizerLayer,
    caching::AuthorizerResults,
    explanations::Explanation,
    observing::LayerConfiguration,
    openapi::{ApiAuthorizerLayer, Operation},
};

pub(crate) type Explaining<'w> = Pin<Box<dyn Future<Output = Explanation> + Send + 'w>>;

/// A layer of one authorizer, or of a whole API.
pub(crate) trait Watched: Send + Sync {
    fn api_type(&self) -> ApiType;

    /// The configuration of each authorizer.
    fn configurations(&self) -> Vec<LayerConfiguration>;

    /// The operations of the API. `None` if the layer does not know them.
    fn operations(&self) -> Option<Vec<Operation>>;

    /// The cached results of the authorizer with this name. The only authorizer of a layer may have the name `None`.
    fn results(&self, authorizer: Option<&str>) -> Option<AuthorizerResults>;

    fn explain(&self, request: Request<()>) -> Explaining<'_>;
}

impl<A: Authorizer> Watched for LambdaAuthorizerLayer<A> {
    fn api_type(&self) -> ApiType {
        LambdaAuthorizerLayer::api_type(self)
    }

    fn configurations(&self) -> Vec<LayerConfiguration> {
        vec![self.configuration()]
    }

    fn operations(&self) -> Option<Vec<Operation>> {
        None
    }

    fn results(&self, authorizer: Option<&str>) -> Option<AuthorizerResults> {
        let is_mine = authorizer == self.configuration().authorizer_name() || authorizer.is_none();
        is_mine.then(|| LambdaAuthorizerLayer::results(self))
    }

    fn explain(&self, request: Request<()>) -> Explaining<'_> {
        Box::pin(LambdaAuthorizerLayer::explain(self, request))
    }
}

pub(crate) struct WatchedApi {
    layer: ApiAuthorizerLayer,
    api_type: ApiType,
}

impl WatchedApi {
    pub(crate) fn new(layer: ApiAuthorizerLayer, api_type: ApiType) -> Self {
        Self { layer, api_type }
    }
}

impl Watched for WatchedApi {
    fn api_type(&self) -> ApiType {
        self.api_type
    }

    fn configurations(&self) -> Vec<LayerConfiguration> {
        self.layer.configurations().collect()
    }

    fn operations(&self) -> Option<Vec<Operation>> {
        Some(self.layer.operations().cloned().collect())
    }

    fn results(&self, authorizer: Option<&str>) -> Option<AuthorizerResults> {
        self.layer.results(authorizer?)
    }

    fn explain(&self, request: Request<()>) -> Explaining<'_> {
        Box::pin(self.layer.explain(request))
    }
}
