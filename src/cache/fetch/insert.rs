//! How a call's answer becomes a result of the memory tier.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::Fetch;
use crate::cache::{cached::Cached, key::Key, memory::Lifetime, result_cache::State};

impl Fetch {
    /// Notes that the call has its answer. Returns how long its result is kept from this moment: for the time to live, or
    /// for the answer's own lifetime if that is shorter.
    pub(super) fn note_answer(
        &self,
        now: Instant,
        ttl: Duration,
        own: Option<Duration>,
    ) -> Lifetime {
        let options = &self.cache().options;
        let lifetime = Lifetime {
            now,
            fresh: ttl,
            stale: options.stale_while_refreshing.max(options.stale_on_failure),
            is_guarded: false,
        };
        let lifetime = match own {
            None => lifetime,
            Some(own) => lifetime.at_most(own),
        };
        // An answer's own lifetime also ends by the wall clock, which calls in progress do not read. So no request joins this
        // call any more. Its result is in the cache.
        let joinable_until = match own {
            None => lifetime.fresh_until(),
            Some(_) => now,
        };
        self.call.note_answer(joinable_until);
        lifetime
    }

    pub(super) fn insert_unauthorized(&self, cause: Option<Arc<str>>, lifetime: Lifetime) {
        if lifetime.fresh.is_zero() {
            self.remove();
        } else {
            self.insert(&Arc::new(Cached::Unauthorized { cause }), lifetime);
        }
    }

    /// Removes the earlier result, which the answer replaces although it is not cached.
    fn remove(&self) {
        self.overtake();
        let State {
            memory, counters, ..
        } = &*self.cache().state;
        memory.forget(self.key(), counters);
    }

    /// A call whose key was forgotten may get its answer after a later call got its own, or ask after it. The later call's
    /// result may then be older than this answer, so it must not be cached either.
    fn overtake(&self) {
        if self.call.is_forgotten() {
            let single_flight = &self.cache().state.single_flight;
            single_flight.forget_older(self.key(), &self.call);
        }
    }

    /// Caches the result, which replaces the earlier one.
    pub(super) fn insert(&self, cached: &Arc<Cached>, lifetime: Lifetime) {
        if lifetime.fresh.is_zero() {
            return self.remove();
        }
        self.overtake();
        let lifetime = Lifetime {
            is_guarded: cached.fresh_until().is_some(),
            ..lifetime
        };
        let bytes = cached.bytes();
        let (key, cached) = (Key::clone(self.key()), Arc::clone(cached));
        let is_forgotten = || self.call.is_forgotten();
        let State {
            memory, counters, ..
        } = &*self.cache().state;
        memory.insert(key, cached, bytes, lifetime, is_forgotten, counters);
    }
}
