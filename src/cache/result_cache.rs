//! The cache that an application configures.

use std::{fmt, hash::Hash, sync::Arc, time::Duration};

use super::{
    cached::{Cached, FetchResult, Verified},
    key::{Key, Scope},
    memory::{LastInserted, Memory},
    single_flight::SingleFlight,
    statistics::{CacheStatistics, Counters, Source},
};
use crate::serial::Serial;

/// The default limit: 64 MiB.
const DEFAULT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// A cache of results. Each layer has its own, unless layers are configured with the same one. Clones share their
/// results.
///
/// Its size is limited in bytes, which include the key, the policy and the context of each entry. When it is full, it
/// evicts the oldest results that were not used since they were stored.
///
/// ```
/// use tower_lambda_authorizer::{
///     LambdaAuthorizerLayer, caching::ResultCache, testing::{Harness, MockAuthorizer},
/// };
///
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing())
///     .cache(ResultCache::with_max_bytes(8 * 1024));
/// let results = layer.results();
///
/// # tokio_test::block_on(async {
/// let harness = Harness::new(layer);
/// for number in 0..100 {
///     harness.get("/pets").header("authorization", format!("token {number}")).send().await;
/// }
/// assert!(results.statistics().evictions > 0);
/// assert!(results.statistics().bytes <= 8 * 1024);
/// # });
/// ```
#[derive(Clone)]
#[must_use = "a cache does nothing until a layer has it"]
pub struct ResultCache {
    pub(super) options: Options,
    pub(super) state: Arc<State>,
}

/// Options that API Gateway does not have.
#[derive(Debug, Clone, Copy, Default, Hash)]
pub(super) struct Options {
    pub(super) stale_while_refreshing: Duration,
    pub(super) stale_on_failure: Duration,
    pub(super) unauthorized_ttl: Duration,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) memory: Memory<Arc<Cached>>,
    pub(super) single_flight: Arc<SingleFlight<FetchResult>>,
    pub(super) counters: Counters,
    /// Distinguishes this cache's statistics from those of others.
    serial: Serial,
}

impl Default for ResultCache {
    fn default() -> Self {
        Self::new()
    }
}

impl ResultCache {
    /// Creates an empty cache with a limit of 64 MiB. It keeps results as API Gateway does.
    pub fn new() -> Self {
        Self::with_max_bytes(DEFAULT_MAX_BYTES)
    }

    /// Creates an empty cache with a limit in bytes. A result that is larger than the limit is not cached; so with zero,
    /// none is.
    pub fn with_max_bytes(bytes: usize) -> Self {
        Self {
            options: Options::default(),
            state: Arc::new(State {
                memory: Memory::new(bytes),
                single_flight: SingleFlight::new(),
                counters: Counters::default(),
                serial: Serial::next(),
            }),
        }
    }

    /// Serves stale results while a newer one is fetched. The first request that finds a result stale calls the
    /// authorizer and waits for it. Until the call ends, other requests get the stale result, for at most this long
    /// after its time to live. API Gateway never does this.
    ///
    /// This resembles `stale-while-revalidate` of HTTP caches (RFC 5861), but here the request that refreshes the
    /// result waits. The default is zero: stale results are not served.
    ///
    /// Risk: a request that the authorizer would refuse by now may pass for this much longer.
    pub fn serve_stale_while_refreshing(mut self, window: Duration) -> Self {
        self.options.stale_while_refreshing = window;
        self
    }

    /// Serves stale results if the authorizer fails: if it returns an error or a response that cannot be used, panics
    /// or times out. A result is served for at most this long after its time to live. HTTP caches call this
    /// `stale-if-error` (RFC 5861). The default is zero: they are not served. API Gateway never does this.
    ///
    /// `Unauthorized` is not a failure. After an answer of the authorizer, the earlier result is never served again,
    /// even if the new one does not fit into the cache.
    ///
    /// Risk: a caller that can make the authorizer fail keeps its access until the window ends.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, caching::ResultCache, testing::{Harness, MockAnswer, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let authorizer = MockAuthorizer::allowing();
    /// let layer = LambdaAuthorizerLayer::token(authorizer.clone()) // a time to live of five minutes
    ///     .cache(ResultCache::new().serve_stale_on_failure(Duration::from_secs(60)));
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "t").send();
    /// get().await.assert_allowed();
    ///
    /// authorizer.set(MockAnswer::fail("no database"));
    /// harness.advance(Duration::from_secs(330));
    /// get().await.assert_allowed().assert_invoked();
    /// harness.advance(Duration::from_secs(30));
    /// get().await.assert_authorizer_broken();
    /// # });
    /// ```
    pub fn serve_stale_on_failure(mut self, window: Duration) -> Self {
        self.options.stale_on_failure = window;
        self
    }

    /// Sets how long `Unauthorized` is cached, so that a client with an invalid token does not cause a
    /// call for each request. The default is zero: it is not cached. API Gateway never caches it.
    ///
    /// Risk: a token that becomes valid meanwhile, for example because the user was just created, is refused until
    /// then. Also, many random tokens displace the results of valid ones.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, caching::ResultCache, testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// # tokio_test::block_on(async {
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::new()) // knows no token
    ///     .cache(ResultCache::new().unauthorized_ttl(Duration::from_secs(5)));
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "who?").send();
    /// get().await.assert_unauthorized().assert_invoked();
    /// get().await.assert_unauthorized().assert_not_invoked();
    /// # });
    /// ```
    pub fn unauthorized_ttl(mut self, ttl: Duration) -> Self {
        self.options.unauthorized_ttl = ttl;
        self
    }

    /// Distinguishes handles with different options on the same results, since one may allow what another does not.
    pub(super) fn distinction(&self) -> impl Hash + use<> {
        let Self { options, state: _ } = self;
        *options
    }

    /// Whether both are handles to the same cache.
    #[cfg(feature = "reload")]
    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }

    /// How long a result can be used if answers of the authorizer have at most this time to live.
    #[cfg(feature = "reload")]
    pub(super) fn longest_life(&self, ttl: Duration) -> Duration {
        let Options {
            stale_while_refreshing,
            stale_on_failure,
            unauthorized_ttl,
        } = self.options;
        let stale = stale_while_refreshing.max(stale_on_failure);
        ttl.max(unauthorized_ttl).saturating_add(stale)
    }

    pub(crate) fn last_inserted(&self) -> LastInserted {
        self.state.memory.last_inserted()
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        CacheStatistics {
            source: Source(Some(self.state.serial)),
            ..self.state.counters.snapshot()
        }
    }

    pub(super) fn invalidate(&self, key: &Key) {
        self.state.single_flight.forget(key);
        self.state.memory.forget(key, &self.state.counters);
    }

    pub(super) fn clear(&self, scope: &Scope) {
        self.remove(scope, |_| true);
    }

    /// Removes the results for which the condition holds. The answers of calls in progress are not known, so
    /// none of their results is cached.
    pub(super) fn remove(&self, scope: &Scope, condition: impl Fn(&Verified) -> bool) {
        self.state
            .single_flight
            .forget_all(|key| scope.contains(key));
        let condition = |cached: &Arc<Cached>| cached.as_verified().is_none_or(&condition);
        let State {
            memory, counters, ..
        } = &*self.state;
        memory.clear(scope, condition, counters);
    }
}

impl fmt::Debug for ResultCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let statistics = self.statistics();
        f.debug_struct("ResultCache")
            .field("hits", &statistics.hits)
            .field("misses", &statistics.misses)
            .field("bytes", &statistics.bytes)
            .field("calls_in_progress", &self.state.single_flight.len())
            .finish()
    }
}
