//! Looks results up in the cache, and fetches those that are missing.

use std::{
    future::Future,
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    cached::{Answer, Cached, Loaded, Origin, Outcome},
    flights::{Aboard, Boarded, Ticket},
    key::Key,
    memory::{Entry, Lifetime},
    result_cache::{ResultCache, State},
    results::Results,
    share::Tier,
};
use crate::{api::Answers, clock::later, contained::Contained, decision::DenialReason};

/// When a result was looked up and how long it is fresh. Its age is computed only for an explanation.
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

    /// The age, computed from the time to live.
    pub(crate) fn age(self, cached: &Cached, results: &Results) -> Duration {
        let ttl = match cached {
            Cached::Verified(_) => results.ttl,
            Cached::Unauthorized => results.cache.options.unauthorized_ttl,
        };
        later(self.now, ttl).saturating_duration_since(self.fresh_until)
    }
}

/// The call under way: its key, its settings and its place on the list.
pub(super) struct Flown<'f> {
    pub(super) key: Key,
    pub(super) results: &'f Results,
    pub(super) ticket: Ticket<Outcome>,
}

impl Flown<'_> {
    fn has_answer(&self, ttl: Duration) {
        let fresh_until = later(self.results.clock.moment(), ttl);
        self.ticket.has_answer(fresh_until);
    }
}

impl ResultCache {
    /// Looks at a result that may be served, without copying it. `None` if the authorizer has to be called.
    pub(crate) fn hit<R>(
        &self,
        key: &[u8],
        results: &Results,
        look: impl FnOnce(&Arc<Cached>, Kept) -> R,
    ) -> Option<R> {
        let now = results.clock.moment();
        let counters = &self.state.counters;
        let looked = self.state.memory.with(key, now, |entry| {
            if now < entry.fresh_until {
                counters.hit();
            } else if self.may_serve_stale(key, entry, now) {
                counters.stale_hit();
            } else {
                return None;
            }
            // `look` is called in one place only, so that the compiler inlines it.
            Some(look(&entry.value, Kept::new(entry, now)))
        });
        looked.flatten()
    }

    /// Whether a call for a newer result is under way, and the stale one is not too old.
    #[cold]
    fn may_serve_stale(&self, key: &[u8], entry: &Entry<Arc<Cached>>, now: Instant) -> bool {
        let until = later(entry.fresh_until, self.options.stale_while_refreshing);
        now < until && self.state.flights.is_under_way(key, now)
    }

    /// Joins the call for this key, if one is under way.
    pub(crate) fn join(&self, key: &[u8], results: &Results) -> Option<Aboard<Outcome>> {
        let state = &self.state;
        let flight = state.flights.join(key, results.clock.moment())?;
        state.counters.missed();
        state.counters.joined();
        Some(flight.result())
    }

    /// Begins a call for this key, or joins the one under way. Returns the result as `Err` if another call has ended
    /// since the look-up.
    pub(crate) fn fetch<F>(
        &self,
        results: &Arc<Results>,
        key: &Key,
        rules: &'static Answers,
        ask: impl FnOnce(Ticket<Outcome>) -> F,
    ) -> Result<(Aboard<Outcome>, Boarded), Arc<Cached>>
    where
        F: Future<Output = Result<Answer, DenialReason>> + Send + 'static,
    {
        let state = &self.state;
        state.counters.missed();
        let cache = self.clone();
        let (call_key, call_results) = (Arc::clone(key), Arc::clone(results));
        // Another call may have ended since the look-up.
        let settled = || self.fresh(key, results);
        let call = move |ticket: Ticket<Outcome>| {
            let asking = ask(ticket.clone());
            contained(async move {
                let flown = Flown {
                    key: call_key,
                    results: &call_results,
                    ticket,
                };
                cache.fly(rules, asking, &flown).await
            })
        };
        let boarded = state.flights.board(Arc::clone(key), settled, call);
        let (flight, boarded) = boarded?;
        if boarded == Boarded::Joined {
            state.counters.joined();
        }
        Ok((flight.result(), boarded))
    }

    /// The call: asks the shared tier, then the authorizer. The result is cached before the call leaves the list, so a
    /// later request finds it. An answer of the authorizer that is not cached still removes the earlier result.
    async fn fly(
        &self,
        rules: &Answers,
        asking: impl Future<Output = Result<Answer, DenialReason>>,
        flown: &Flown<'_>,
    ) -> Outcome {
        let results = flown.results;
        let verify =
            |answer, origin| Cached::verified(answer, origin, rules, &results.stage).map(Arc::new);
        let (tier, kept) = match self.load(flown).await {
            Loaded::Found { answer, remaining } => match verify(answer, Origin::SharedTier) {
                Ok(cached) => (Tier::Answers, Some((cached, remaining))),
                Err(_) => (Tier::Answers, None),
            },
            Loaded::Missing | Loaded::Unusable => (Tier::Answers, None),
            Loaded::Failed => (Tier::Failed, None),
        };
        if let Some((cached, remaining)) = kept {
            let ttl = remaining.min(results.ttl);
            flown.has_answer(ttl);
            self.insert(&cached, ttl, flown);
            return Ok(cached);
        }
        let answered = asking.await;
        flown.has_answer(match &answered {
            Err(DenialReason::AuthorizerSaidUnauthorized) => self.options.unauthorized_ttl,
            _ => results.ttl,
        });
        let answered = answered.and_then(|answer| {
            let shared = results.shared.is_some().then(|| answer.clone());
            Ok((verify(answer, Origin::Authorizer)?, shared))
        });
        match answered {
            Ok((cached, shared)) => {
                self.insert(&cached, results.ttl, flown);
                self.share(shared.as_ref(), flown, tier).await;
                Ok(cached)
            }
            Err(DenialReason::AuthorizerSaidUnauthorized) => {
                self.insert_unauthorized(flown);
                self.share(None, flown, tier).await;
                Err(DenialReason::AuthorizerSaidUnauthorized)
            }
            Err(failure) => self.stale(&flown.key, results).ok_or(failure),
        }
    }

    fn insert_unauthorized(&self, flown: &Flown<'_>) {
        let ttl = self.options.unauthorized_ttl;
        if ttl.is_zero() {
            self.overtake(flown);
            self.state.memory.forget(&flown.key, &self.state.counters);
        } else {
            self.insert(&Arc::new(Cached::Unauthorized), ttl, flown);
        }
    }

    /// A call whose key was forgotten may get its answer after a later call got its own, or ask after it. The later call's
    /// result may then be older than this answer, so it must not be cached either.
    fn overtake(&self, flown: &Flown<'_>) {
        if flown.ticket.is_forgotten() {
            self.state.flights.forget_older(&flown.key, &flown.ticket);
        }
    }

    fn insert(&self, cached: &Arc<Cached>, ttl: Duration, flown: &Flown<'_>) {
        self.overtake(flown);
        let options = &self.options;
        let lifetime = Lifetime {
            now: flown.results.clock.moment(),
            fresh: ttl,
            stale: options.stale_while_refreshing.max(options.stale_on_failure),
        };
        let bytes = cached.bytes();
        let (key, cached) = (Arc::clone(&flown.key), Arc::clone(cached));
        let is_forgotten = || flown.ticket.is_forgotten();
        let State {
            memory, counters, ..
        } = &*self.state;
        memory.insert(key, cached, bytes, lifetime, is_forgotten, counters);
    }

    fn fresh(&self, key: &[u8], results: &Results) -> Option<Arc<Cached>> {
        let now = results.clock.moment();
        let found = self.state.memory.with(key, now, |entry| {
            (now < entry.fresh_until).then(|| Arc::clone(&entry.value))
        });
        found.flatten()
    }

    /// A stale result to serve because the authorizer failed.
    fn stale(&self, key: &[u8], results: &Results) -> Option<Arc<Cached>> {
        let now = results.clock.moment();
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

/// Catches the panics of a call, both when it is polled and when it is dropped.
pub(crate) async fn contained(asking: impl Future<Output = Outcome>) -> Outcome {
    let outcome = pin!(Contained::new(asking)).await;
    outcome.unwrap_or_else(|panicked| Err(panicked.into()))
}
