//! The cache, as an application sets it up.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    cached::{Cached, Outcome},
    flights::Flights,
    key::Scope,
    memory::Memory,
    statistics::{CacheStatistics, Counters},
};

/// How many bytes a cache takes unless told: 64 MiB.
const DEFAULT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// Where results are kept. Each layer has one of its own unless it is given one; clones are the same cache.
///
/// It is bounded in bytes, each entry counted with its key, its policy and its context. When it is full, the
/// oldest results that nobody has used go first.
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, ResultCache, authorizer_fn,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }))
/// .result_ttl(Duration::from_secs(60))?
/// .cache(ResultCache::new().max_bytes(8 * 1024 * 1024));
/// # let _ = layer;
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use = "a cache does nothing until a layer has it"]
pub struct ResultCache {
    pub(super) options: Options,
    pub(super) state: Arc<State>,
}

/// What API Gateway does not have.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Options {
    pub(super) stale_while_refreshing: Duration,
    pub(super) stale_on_failure: Duration,
    pub(super) unauthorized_ttl: Duration,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) memory: Memory<Arc<Cached>>,
    pub(super) flights: Arc<Flights<Outcome>>,
    pub(super) counters: Counters,
}

impl Default for ResultCache {
    fn default() -> Self {
        Self::new()
    }
}

impl ResultCache {
    /// An empty cache of at most 64 MiB, which keeps results as API Gateway does.
    pub fn new() -> Self {
        Self {
            options: Options::default(),
            state: Arc::new(State {
                memory: Memory::new(DEFAULT_MAX_BYTES),
                flights: Flights::new(),
                counters: Counters::default(),
            }),
        }
    }

    /// Sets how many bytes the results may take. A result that is larger by itself is not kept.
    pub fn max_bytes(self, bytes: usize) -> Self {
        self.state.memory.set_max_bytes(bytes);
        self
    }

    /// Lets requests have a result that is older than the time to live by at most this much, while one
    /// request, the first to find it old, asks the authorizer anew. Not on API Gateway.
    ///
    /// The risk: what the authorizer would refuse by now passes for as much longer, as long as requests come.
    pub fn serve_stale_while_refreshing(mut self, window: Duration) -> Self {
        self.options.stale_while_refreshing = window;
        self
    }

    /// Lets requests have a result that is older than the time to live by at most this much where the
    /// authorizer fails: breaks down, panics, takes too long, answers something that cannot be used. `Unauthorized`
    /// is an answer. After any answer the earlier result is not served again, also if there is no room to keep the
    /// new one. Not on API Gateway.
    ///
    /// The risk: who can make the authorizer fail keeps what it granted, until the window ends.
    pub fn serve_stale_on_failure(mut self, window: Duration) -> Self {
        self.options.stale_on_failure = window;
        self
    }

    /// Keeps `Unauthorized` for this long, so that a client with a bad token does not have the authorizer
    /// asked each time. Not on API Gateway, which never keeps it.
    ///
    /// The risk: a token that becomes valid (a clock that was behind, a user just made) stays refused for as
    /// long; and a flood of random tokens takes room from good ones.
    pub fn keep_unauthorized(mut self, ttl: Duration) -> Self {
        self.options.unauthorized_ttl = ttl;
        self
    }

    /// What tells this handle from others on the same results: one may allow what another does not.
    pub(super) fn distinction(&self) -> String {
        format!("{:?}", self.options)
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        self.state.counters.snapshot()
    }

    pub(super) fn invalidate(&self, key: &[u8]) {
        self.state.flights.forget(key);
        self.state.memory.forget(key, &self.state.counters);
    }

    pub(super) fn clear(&self, scope: &Scope) {
        self.state.flights.forget_all(|key| scope.contains(key));
        self.state.memory.clear(scope, &self.state.counters);
    }
}

impl fmt::Debug for ResultCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultCache")
            .field("options", &self.options)
            .field("statistics", &self.statistics())
            .field("calls_under_way", &self.state.flights.len())
            .finish()
    }
}
