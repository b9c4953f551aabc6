//! Counts of what a cache did.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// What a cache did since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// Requests whose result was there, and fresh.
    pub hits: u64,
    /// Requests whose result was not.
    pub misses: u64,
    /// Requests that were answered with a stale result, as allowed.
    pub stale_hits: u64,
    /// Requests that waited for the call of another one.
    pub joined: u64,
    /// Misses for which the shared tier had the result, so that the authorizer was not asked.
    pub shared_hits: u64,
    /// Look-ups and writes at which the shared tier failed, took too long, or had a value that is not to be used;
    /// also results that it cannot keep.
    pub shared_errors: u64,
    /// Results that had to make room.
    pub evictions: u64,
    /// Bytes in use, as they are counted against the limit.
    pub bytes: usize,
}

/// The counters behind the statistics. Hits are spread over a few, so that threads that hit do not wait for
/// each other.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    hits: [Spread; SPREAD],
    misses: AtomicU64,
    stale_hits: AtomicU64,
    joined: AtomicU64,
    shared_hits: AtomicU64,
    shared_errors: AtomicU64,
    evictions: AtomicU64,
    bytes: AtomicUsize,
}

const SPREAD: usize = 16;

/// Alone on its cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Spread(AtomicU64);

thread_local! {
    static OWN: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        NEXT.fetch_add(1, Ordering::Relaxed) % SPREAD
    };
}

impl Counters {
    pub(crate) fn hit(&self) {
        let own = OWN.with(|own| *own);
        if let Some(Spread(hits)) = self.hits.get(own) {
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

    pub(crate) fn evicted(&self) {
        self.evictions.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn set_bytes(&self, bytes: usize) {
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
            evictions: self.evictions.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}
