//! Counts hits, misses and other events of a cache.

use std::{
    fmt,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

use crate::{serial::Serial, thread_slot::ThreadSlot};

/// Statistics of a cache since its creation.
///
/// ```
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAuthorizer}};
///
/// # tokio_test::block_on(async {
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
/// let results = layer.results();
/// let harness = Harness::new(layer);
/// for _ in 0..3 {
///     harness.get("/pets").header("authorization", "t").send().await.assert_allowed();
/// }
///
/// let statistics = results.statistics();
/// assert_eq!((statistics.misses, statistics.hits, statistics.entries), (1, 2, 1));
/// # });
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// Requests that found a fresh result.
    pub hits: u64,
    /// Requests that found no result that may be served.
    pub misses: u64,
    /// Requests that were served a stale result.
    pub stale_hits: u64,
    /// Misses that waited for the call of another request.
    pub joined: u64,
    /// Misses that the shared tier answered, so that the authorizer was not called.
    pub shared_hits: u64,
    /// Operations of the shared tier that failed or timed out, values in it that cannot be used, and results that it
    /// cannot store.
    pub shared_errors: u64,
    /// Look-ups and writes of the shared tier that were left out, because its circuit breaker was open.
    pub shared_skipped: u64,
    /// Whether the circuit breaker of this layer's shared tier is open.
    pub shared_is_paused: bool,
    /// Results that were removed to make room for others.
    pub evictions: u64,
    /// Results in the cache, fresh or stale. One that has expired is counted until it is replaced or removed.
    pub entries: usize,
    /// Bytes that count against the limit.
    pub bytes: usize,
    pub(super) source: Source,
}

/// The cache that statistics are of, if they are of one. Statistics that differ only in this are equal.
#[derive(Clone, Copy, Default)]
#[cfg_attr(
    not(any(feature = "metrics", feature = "reload")),
    expect(dead_code, reason = "only sums tell caches apart")
)]
pub(super) struct Source(pub(super) Option<Serial>);

impl PartialEq for Source {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Source {}

impl CacheStatistics {
    /// Combines each counter with the same one of other statistics. The rest stays as it is.
    #[cfg(any(feature = "metrics", feature = "reload"))]
    pub(super) fn with_counters(self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            hits: combine(self.hits, other.hits),
            misses: combine(self.misses, other.misses),
            stale_hits: combine(self.stale_hits, other.stale_hits),
            joined: combine(self.joined, other.joined),
            shared_hits: combine(self.shared_hits, other.shared_hits),
            shared_errors: combine(self.shared_errors, other.shared_errors),
            shared_skipped: combine(self.shared_skipped, other.shared_skipped),
            evictions: combine(self.evictions, other.evictions),
            ..self
        }
    }
}

/// Shows the public members.
impl fmt::Debug for CacheStatistics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            hits,
            misses,
            stale_hits,
            joined,
            shared_hits,
            shared_errors,
            shared_skipped,
            shared_is_paused,
            evictions,
            entries,
            bytes,
            source: _,
        } = self;
        f.debug_struct("CacheStatistics")
            .field("hits", hits)
            .field("misses", misses)
            .field("stale_hits", stale_hits)
            .field("joined", joined)
            .field("shared_hits", shared_hits)
            .field("shared_errors", shared_errors)
            .field("shared_skipped", shared_skipped)
            .field("shared_is_paused", shared_is_paused)
            .field("evictions", evictions)
            .field("entries", entries)
            .field("bytes", bytes)
            .finish()
    }
}

/// The counters behind the statistics. Hits are spread over several counters, so that threads do not compete for one.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    hits: [Spread; ThreadSlot::MAX],
    misses: AtomicU64,
    stale_hits: AtomicU64,
    joined: AtomicU64,
    shared_hits: AtomicU64,
    shared_errors: AtomicU64,
    shared_skipped: AtomicU64,
    evictions: AtomicU64,
    entries: AtomicUsize,
    bytes: AtomicUsize,
}

/// A counter on its own cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Spread(AtomicU64);

impl Counters {
    pub(crate) fn hit(&self, thread: ThreadSlot) {
        if let Some(Spread(hits)) = self.hits.get(thread.index()) {
            hits.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn missed(&self) {
        self.misses.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn stale_hit(&self) {
        self.stale_hits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn joined(&self) {
        self.joined.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn shared_hit(&self) {
        self.shared_hits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn shared_error(&self) {
        self.shared_errors.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn shared_skipped(&self) {
        self.shared_skipped.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn shared_errors(&self, count: u64) {
        if count > 0 {
            self.shared_errors.fetch_add(count, Ordering::Relaxed);
        }
    }

    pub(crate) fn evicted(&self) {
        self.evictions.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn set_size(&self, entries: usize, bytes: usize) {
        self.entries.store(entries, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self) -> CacheStatistics {
        let hits = self
            .hits
            .iter()
            .map(|Spread(hits)| hits.load(Ordering::Relaxed));
        CacheStatistics {
            hits: hits.sum(),
            misses: self.misses.load(Ordering::Relaxed),
            stale_hits: self.stale_hits.load(Ordering::Relaxed),
            joined: self.joined.load(Ordering::Relaxed),
            shared_hits: self.shared_hits.load(Ordering::Relaxed),
            shared_errors: self.shared_errors.load(Ordering::Relaxed),
            shared_skipped: self.shared_skipped.load(Ordering::Relaxed),
            shared_is_paused: false,
            evictions: self.evictions.load(Ordering::Relaxed),
            entries: self.entries.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            source: Source::default(),
        }
    }
}
