//! A layer's results: how long they are kept, where, and how to be rid of them.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Semaphore;

use super::{key::Scope, result_cache::ResultCache, statistics::CacheStatistics};

/// How a layer keeps its results.
#[derive(Clone)]
pub(crate) struct Results {
    /// As it was asked for; zero: not at all.
    pub(crate) ttl: Option<Duration>,
    pub(crate) cache: ResultCache,
    /// What tells this authorizer's results from those of others in the same cache.
    pub(crate) authorizer: Arc<str>,
    /// The turns of a limit on concurrent calls.
    pub(crate) calls: Option<Arc<Semaphore>>,
}

/// Each in a cache of its own, under a name of its own.
impl Default for Results {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            ttl: None,
            cache: ResultCache::new(),
            authorizer: format!("layer {}", NEXT.fetch_add(1, Ordering::Relaxed)).into(),
            calls: None,
        }
    }
}

impl fmt::Debug for Results {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Results")
            .field("ttl", &self.ttl)
            .field("cache", &self.cache)
            .field("authorizer", &self.authorizer)
            .finish_non_exhaustive()
    }
}

/// The kept results of one layer's authorizer. Made by
/// [`LambdaAuthorizerLayer::results`](crate::LambdaAuthorizerLayer::results).
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     Ok(AuthorizerResponse::allow(request.method_arn()))
/// }));
/// let results = layer.results();
///
/// // When a token is revoked, and when the rules have changed:
/// results.invalidate(["the-token"]);
/// results.clear();
/// assert_eq!(results.statistics().hits, 0);
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizerResults {
    scope: Scope,
    cache: ResultCache,
}

impl AuthorizerResults {
    pub(crate) fn new(scope: Scope, cache: ResultCache) -> Self {
        Self { scope, cache }
    }

    /// Forgets the result of one identity: the values of the identity sources, in their order. A call that is
    /// under way still answers who waits for it, and is not kept.
    pub fn invalidate<V: AsRef<str>>(&self, identity: impl IntoIterator<Item = V>) {
        let identity = identity
            .into_iter()
            .map(|value| value.as_ref().as_bytes().to_vec());
        let key = self.scope.key(identity);
        self.cache.invalidate(&key);
    }

    /// Forgets all results of this authorizer: API Gateway's "flush authorizer cache", at once.
    pub fn clear(&self) {
        self.cache.clear(&self.scope);
    }

    /// What the cache did since it was made. Of a cache that several layers share, for all of them.
    #[must_use]
    pub fn statistics(&self) -> CacheStatistics {
        self.cache.statistics()
    }
}
