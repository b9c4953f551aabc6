//! The lifetime of an entry.

use std::time::{Duration, Instant};

use crate::clock::later;

/// How long a value is kept.
#[derive(Debug, Clone, Copy)]
pub(in crate::cache) struct Lifetime {
    pub(in crate::cache) now: Instant,
    pub(in crate::cache) fresh: Duration,
    /// How long it is kept after that.
    pub(in crate::cache) stale: Duration,
    /// Whether the value has to be asked at each hit whether it is fresh, because its age alone does not decide that.
    pub(in crate::cache) is_guarded: bool,
}

impl Lifetime {
    /// Shortens it, so that the value is gone after this time.
    pub(in crate::cache) fn at_most(self, time: Duration) -> Self {
        let fresh = self.fresh.min(time);
        Self {
            fresh,
            stale: self.stale.min(time - fresh),
            ..self
        }
    }

    pub(in crate::cache) fn fresh_until(&self) -> Instant {
        later(self.now, self.fresh)
    }
}
