//! Hits, misses, and what is in between.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    cached::{Cached, Loaded, Origin, Outcome},
    flights::{Aboard, Boarded},
    key::Key,
    memory::{Entry, Lifetime},
    result_cache::ResultCache,
};
use crate::{
    authorizer::{Authorizer, AuthorizerRequest},
    clock::later,
    decision::DenialReason,
    pipeline::call,
    settings::Settings,
};

/// How long a result has been kept, which only who explains works out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    now: Instant,
    fresh_until: Instant,
}

impl Kept {
    fn new(entry: &Entry<Arc<Cached>>, now: Instant) -> Self {
        Self {
            now,
            fresh_until: entry.fresh_until,
        }
    }

    /// By the time to live that it was kept with.
    pub(crate) fn age(self, cached: &Cached, settings: &Settings) -> Duration {
        let ttl = match cached {
            Cached::Verified(_) => settings.result_ttl,
            Cached::Unauthorized => settings.results.cache.options.unauthorized_ttl,
        };
        (self.now + ttl).saturating_duration_since(self.fresh_until)
    }
}

impl ResultCache {
    /// Looks at a result that may be used, without copying it. None where the authorizer has to be asked.
    pub(crate) fn hit<R>(
        &self,
        key: &[u8],
        settings: &Settings,
        look: impl FnOnce(&Arc<Cached>, Kept) -> R,
    ) -> Option<R> {
        let now = settings.clock.moment();
        let counters = &self.state.counters;
        let looked = self.state.memory.with(key, now, |entry| {
            if now < entry.fresh_until {
                counters.hit();
                return Some(look(&entry.value, Kept::new(entry, now)));
            }
            if self.may_serve_stale(entry, now) && self.state.flights.is_under_way(key) {
                counters.stale_hit();
                return Some(look(&entry.value, Kept::new(entry, now)));
            }
            None
        });
        looked.flatten()
    }

    fn may_serve_stale(&self, entry: &Entry<Arc<Cached>>, now: Instant) -> bool {
        now < later(entry.fresh_until, self.options.stale_while_refreshing)
    }

    /// Joins who is asking for the result of a key already.
    pub(crate) fn join(&self, key: &[u8]) -> Option<Aboard<Outcome>> {
        let state = &self.state;
        let flight = state.flights.join(key, state.memory.epoch())?;
        state.counters.missed();
        state.counters.joined();
        Some(flight.result())
    }

    /// Has the authorizer asked for the result of a key, or joins who is asking. The result itself where it is
    /// there by now.
    pub(crate) fn fetch<A: Authorizer>(
        &self,
        authorizer: Arc<A>,
        settings: &Arc<Settings>,
        request: AuthorizerRequest,
        key: &Key,
    ) -> Result<(Aboard<Outcome>, Boarded), Arc<Cached>> {
        let state = &self.state;
        state.counters.missed();
        let cache = self.clone();
        let epoch = state.memory.epoch();
        let (call_key, call_settings) = (Arc::clone(key), Arc::clone(settings));
        // Between the look-up and here, another call may have ended.
        let settled = || self.fresh(key, settings);
        let boarded = state
            .flights
            .board(Arc::clone(key), epoch, settled, move || async move {
                cache
                    .fly(&*authorizer, &call_settings, request, call_key, epoch)
                    .await
            });
        let (flight, boarded) = boarded?;
        if boarded == Boarded::Joined {
            state.counters.joined();
        }
        Ok((flight.result(), boarded))
    }

    /// The call: asks the shared tier, then the authorizer. What they say is kept before the call is off the list,
    /// so that who comes then finds the result.
    async fn fly<A: Authorizer>(
        &self,
        authorizer: &A,
        settings: &Settings,
        request: AuthorizerRequest,
        key: Key,
        epoch: u64,
    ) -> Outcome {
        let ttl = settings.result_ttl;
        let verify =
            |answer, origin| Cached::verified(answer, origin, &settings.kind).map(Arc::new);
        let tier_failed = match self.load(settings, &key).await {
            Loaded::Found { answer, remaining } => match verify(answer, Origin::SharedTier) {
                Ok(cached) => {
                    self.insert(&key, &cached, remaining.min(ttl), settings, epoch);
                    return Ok(cached);
                }
                Err(_) => true,
            },
            Loaded::Failed => true,
            Loaded::Missing => false,
        };
        let answered = call(authorizer, settings, request).await;
        let answered = answered.and_then(|answer| {
            // A tier that has just failed would only cost its time limit again.
            let is_shared = settings.results.shared.is_some() && !tier_failed;
            let shared = is_shared.then(|| answer.clone());
            Ok((verify(answer, Origin::Authorizer)?, shared))
        });
        match answered {
            Ok((cached, shared)) => {
                self.insert(&key, &cached, ttl, settings, epoch);
                if let Some(answer) = shared {
                    self.share(&answer, settings, &key, epoch).await;
                }
                Ok(cached)
            }
            Err(reason) => self.unanswered(reason, settings, &key, epoch),
        }
    }

    fn unanswered(
        &self,
        reason: DenialReason,
        settings: &Settings,
        key: &Key,
        epoch: u64,
    ) -> Outcome {
        match reason {
            DenialReason::AuthorizerSaidUnauthorized => {
                let ttl = self.options.unauthorized_ttl;
                if ttl.is_zero() {
                    // What it said before does not hold any more.
                    self.state.memory.forget(key, &self.state.counters);
                } else {
                    self.insert(key, &Arc::new(Cached::Unauthorized), ttl, settings, epoch);
                }
                Err(reason)
            }
            failure => self.stale(key, settings).ok_or(failure),
        }
    }

    fn insert(
        &self,
        key: &Key,
        cached: &Arc<Cached>,
        ttl: Duration,
        settings: &Settings,
        epoch: u64,
    ) {
        let options = &self.options;
        let lifetime = Lifetime {
            now: settings.clock.moment(),
            fresh: ttl,
            stale: options.stale_while_refreshing.max(options.stale_on_failure),
        };
        let bytes = cached.bytes();
        let (key, cached) = (Arc::clone(key), Arc::clone(cached));
        let counters = &self.state.counters;
        self.state
            .memory
            .insert(key, cached, bytes, lifetime, epoch, counters);
    }

    fn fresh(&self, key: &[u8], settings: &Settings) -> Option<Arc<Cached>> {
        let now = settings.clock.moment();
        let found = self.state.memory.with(key, now, |entry| {
            (now < entry.fresh_until).then(|| Arc::clone(&entry.value))
        });
        found.flatten()
    }

    /// A result that is better than none while the authorizer is failing.
    fn stale(&self, key: &[u8], settings: &Settings) -> Option<Arc<Cached>> {
        let now = settings.clock.moment();
        let found = self.state.memory.with(key, now, |entry| {
            let until = later(entry.fresh_until, self.options.stale_on_failure);
            (now < until).then(|| Arc::clone(&entry.value))
        });
        let stale = found.flatten();
        if stale.is_some() {
            self.state.counters.stale_hit();
        }
        stale
    }
}
