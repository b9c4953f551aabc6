//! Looks results up, without copying them.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    cached::{Cached, Verified},
    key::{Key, KeyParts},
    memory::{Entry, Pinned},
    result_cache::ResultCache,
    settings::CacheSettings,
};
use crate::{authorizer::ContextHandles, clock::later, thread_slot::ThreadSlot};

/// The results while one is looked at.
pub(crate) struct PinnedResults<'c> {
    cache: &'c ResultCache,
    entries: Pinned<'c, Arc<Cached>>,
}

/// A result that may be served, and when it was looked up. A copy, not a reference, is passed on: so only what needs it
/// puts it into memory.
#[derive(Clone, Copy)]
pub(crate) struct Hit<'p> {
    entry: &'p Entry<Arc<Cached>>,
    now: Instant,
}

impl ResultCache {
    /// Pins the results, to look at one without copying it.
    pub(crate) fn pin(&self) -> PinnedResults<'_> {
        PinnedResults {
            cache: self,
            entries: self.state.memory.pin(),
        }
    }

    /// Gives each thread a reference count of its own for the context of a result that several threads use often.
    #[cold]
    fn spread(&self, key: &Key, entry: &Entry<Arc<Cached>>, now: Instant) {
        let Cached::Verified(verified) = &*entry.value else {
            return;
        };
        let (memory, counters) = (&self.state.memory, &self.state.counters);
        if memory.grow(key, entry, ContextHandles::spread_bytes(), now, counters) {
            verified.caller.spread();
        }
    }

    /// Whether a call for a newer result is in progress, and the stale one is not too old.
    #[cold]
    fn may_serve_stale(
        &self,
        key: impl FnOnce() -> Key,
        entry: &Entry<Arc<Cached>>,
        now: Instant,
    ) -> bool {
        let fresh_until = fresh_until(entry);
        let until = later(fresh_until, self.options.stale_while_refreshing);
        now >= fresh_until && now < until && self.state.single_flight.is_in_progress(&key(), now)
    }
}

impl PinnedResults<'_> {
    /// The result that may be served for this key. `None` if the authorizer has to be called.
    #[inline(always)] // A hit would pay for the call.
    pub(crate) fn hit(&self, key: &KeyParts<'_>, caching: &CacheSettings) -> Option<Hit<'_>> {
        let cache = self.cache;
        let counters = &cache.state.counters;
        let now = caching.clock.moment();
        let entry = self.entries.get(key, now)?;
        let thread = ThreadSlot::own();
        if now < entry.fresh_until || is_fresh_and_vouched(entry, now, caching) {
            counters.hit(thread);
        } else if may_be_used(entry, now, caching)
            && cache.may_serve_stale(|| key.build(), entry, now)
        {
            counters.stale_hit();
        } else {
            return None;
        }
        if entry.becomes_hot(thread) {
            cache.spread(&key.build(), entry, now);
        }
        Some(Hit { entry, now })
    }
}

/// A result with a guard or a lifetime of its own is never fresh by its entry alone, so that other results do not pay
/// for that.
#[inline(never)]
pub(super) fn is_fresh_and_vouched(
    entry: &Entry<Arc<Cached>>,
    now: Instant,
    caching: &CacheSettings,
) -> bool {
    let Cached::Verified(verified) = &*entry.value else {
        return false;
    };
    verified.fresh_until().is_some_and(|until| now < until) && verified.may_be_used(now, caching)
}

/// Whether the result may be used, fresh or not.
pub(super) fn may_be_used(
    entry: &Entry<Arc<Cached>>,
    now: Instant,
    caching: &CacheSettings,
) -> bool {
    match &*entry.value {
        Cached::Verified(verified) => verified.may_be_used(now, caching),
        Cached::Unauthorized { .. } => true,
    }
}

impl Verified {
    /// Whether it was not revoked in another process, and its own lifetime has not ended.
    #[inline]
    fn may_be_used(&self, now: Instant, caching: &CacheSettings) -> bool {
        let clock = &caching.clock;
        let guard = self.kept.guard.as_ref();
        guard.is_none_or(|guard| guard.vouches(clock.system_moment(now)))
            && self
                .kept
                .expiry
                .as_ref()
                .is_none_or(|expiry| clock.now() < expiry.at)
    }
}

pub(super) fn fresh_until(entry: &Entry<Arc<Cached>>) -> Instant {
    entry.value.fresh_until().unwrap_or(entry.fresh_until)
}

impl<'p> Hit<'p> {
    pub(crate) fn cached(self) -> &'p Arc<Cached> {
        &self.entry.value
    }

    /// Whether the result was older than its time to live.
    #[inline(always)] // Otherwise each hit would be put into memory.
    pub(crate) fn is_stale(self) -> bool {
        self.now >= fresh_until(self.entry)
    }

    /// The age, computed from the time to live.
    #[inline(always)] // Otherwise each hit would be put into memory.
    pub(crate) fn age(self, caching: &CacheSettings) -> Duration {
        let ttl = match &**self.cached() {
            Cached::Verified(verified) => verified.kept.shortened.unwrap_or(caching.ttl),
            Cached::Unauthorized { .. } => caching.cache.options.unauthorized_ttl,
        };
        later(self.now, ttl).saturating_duration_since(fresh_until(self.entry))
    }
}
