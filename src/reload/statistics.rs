//! The statistics of a reloadable layer, whose caches can take each other's place.

use super::ReloadHandle;
#[cfg(feature = "openapi")]
use crate::openapi::ApiAuthorizerLayer;
use crate::{authorizer::Authorizer, cache::CacheStatistics, layer::LambdaAuthorizerLayer};

impl<A: Authorizer> ReloadHandle<LambdaAuthorizerLayer<A>> {
    /// Statistics of the layer's cache. A layer that [replaces](Self::replace) another one can have another cache. The
    /// counters are those of all caches since the handle was created, so they never fall. The sizes are those of the
    /// current cache.
    ///
    /// For metrics, use these instead of the statistics of [`results`](LambdaAuthorizerLayer::results), which know one
    /// cache only:
    ///
    /// ```
    /// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let new = || LambdaAuthorizerLayer::token(authorizer_fn(|_| async { Ok(AuthorizerResponse::allow("*")) }));
    /// # tokio_test::block_on(async {
    /// let (layer, handle) = new().reloadable();
    /// # let service = tower::Layer::layer(&layer, tower_lambda_authorizer::testing::ProtectedService::new());
    /// # let harness = tower_lambda_authorizer::testing::Harness::app(service);
    /// for _ in 0..3 {
    ///     harness.get("/pets").header("authorization", "t").send().await;
    /// }
    /// handle.replace(new());
    /// let statistics = handle.statistics();
    /// assert_eq!((statistics.hits, statistics.entries), (2, 0));
    /// # });
    /// ```
    #[must_use]
    pub fn statistics(&self) -> CacheStatistics {
        let current = self.current.load().layer.results();
        let (statistics, _forgotten) = self.earlier().statistics("", &current);
        statistics
    }
}

#[cfg(feature = "openapi")]
impl ReloadHandle<ApiAuthorizerLayer> {
    /// Statistics of the cache of the authorizer with this name, or `None` if the current layer has none with this name. The
    /// counters are those of all its caches since the handle was created, so they never fall. The sizes are those of the
    /// current cache.
    #[must_use]
    pub fn statistics(&self, authorizer: &str) -> Option<CacheStatistics> {
        let current = self.current.load().layer.results(authorizer)?;
        let (statistics, _forgotten) = self.earlier().statistics(authorizer, &current);
        Some(statistics)
    }
}
