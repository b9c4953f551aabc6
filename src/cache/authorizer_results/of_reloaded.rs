//! What a reload handle asks the results of each of its settings.

use std::{
    sync::Weak,
    time::{Duration, Instant},
};

use super::AuthorizerResults;
use crate::cache::{
    followed_log::FollowedLog,
    settings::{CacheSettings, MAX_RESULT_TTL},
};

impl AuthorizerResults {
    /// Whether an identity has this number of values.
    pub(crate) fn has_values(&self, count: usize) -> bool {
        self.values.check(count).is_ok()
    }

    /// A handle that does not follow the log of revocations. It reads the log when it revokes.
    pub(crate) fn detached(self) -> Self {
        Self {
            followed: FollowedLog::default(),
            ..self
        }
    }

    /// Whether both are handles to the same results.
    pub(crate) fn are_those_of(&self, other: &Self) -> bool {
        self.scope == other.scope && self.cache.is(&other.cache)
    }

    /// How long a result can be used.
    pub(crate) fn longest_life(&self) -> Duration {
        self.cache.longest_life(MAX_RESULT_TTL)
    }

    /// The time of the clock by which the results expire.
    pub(crate) fn now(&self) -> Instant {
        self.clock.moment()
    }

    /// Held by the layer, by its services and by their requests until these have ended. Only they add results.
    pub(crate) fn configured(&self) -> &Weak<CacheSettings> {
        &self.configured
    }
}
