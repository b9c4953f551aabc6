//! How a layer caches its results.

use std::time::Duration;

use tower_lambda_authorizer::caching::ResultCache;

use crate::{oracle::Facts, scene::Millis};

#[derive(Debug, Clone, Copy)]
pub(super) struct Keeping {
    pub(super) ttl: u64,
    pub(super) refreshing: u64,
    pub(super) failing: u64,
    pub(super) unauthorized: u64,
    pub(super) max_bytes: usize,
    pub(super) shares: bool,
}

/// How many seconds results are fresh.
pub(super) fn keeping(ttl: u64) -> Keeping {
    Keeping {
        ttl,
        refreshing: 0,
        failing: 0,
        unauthorized: 0,
        max_bytes: 512 * 1024,
        shares: false,
    }
}

impl Keeping {
    pub(super) fn cache(self) -> ResultCache {
        ResultCache::with_max_bytes(self.max_bytes)
            .serve_stale_while_refreshing(Duration::from_secs(self.refreshing))
            .serve_stale_on_failure(Duration::from_secs(self.failing))
            .unauthorized_ttl(Duration::from_secs(self.unauthorized))
    }

    pub(super) fn facts(self, name: &'static str) -> Facts {
        let millis = |seconds: u64| -> Millis { seconds * 1_000 };
        Facts {
            stale_while_refreshing: millis(self.refreshing),
            stale_on_failure: millis(self.failing),
            unauthorized_ttl: millis(self.unauthorized),
            shares: self.shares,
            ..Facts::new(name, millis(self.ttl))
        }
    }
}
