//! Looks results up in the cache, and fetches those that are missing.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use futures_util::FutureExt;

use super::{
    cached::{Answer, Cached, Loaded, Origin, Outcome},
    flights::{Aboard, Boarded, Ticket},
    key::{Key, KeyParts},
    memory::{Entry, Lifetime},
    result_cache::{ResultCache, State},
    results::Results,
    share::Tier,
};
use crate::{
    api::Answers, authorizer::ContextHandles, clock::later, contained::Contained,
    decision::DenialReason,
};

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
            Cached::Verified(verified) => verified.shortened.unwrap_or(results.ttl),
            Cached::Unauthorized { .. } => results.cache.options.unauthorized_ttl,
        };
        later(self.now, ttl).saturating_duration_since(self.fresh_until)
    }
}

/// The call under way: its settings and its place on the list.
pub(super) struct Flown {
    pub(super) results: Arc<Results>,
    pub(super) ticket: Ticket<Outcome>,
}

impl Flown {
    pub(super) fn key(&self) -> &Key {
        self.ticket.key()
    }

    fn has_answer(&self, lifetime: &Lifetime) {
        self.ticket.has_answer(lifetime.fresh_until());
    }
}

impl ResultCache {
    /// Looks at a result that may be served, without copying it. `None` if the authorizer has to be called.
    pub(crate) fn hit<'k, R>(
        &self,
        key: &KeyParts<impl Iterator<Item = &'k [u8]> + Clone>,
        results: &Results,
        look: impl FnOnce(&Arc<Cached>, Kept) -> R,
    ) -> Option<R> {
        let now = results.clock.moment();
        let counters = &self.state.counters;
        let looked = self.state.memory.with(key, now, |entry| {
            if now < entry.fresh_until {
                counters.hit();
            } else if self.may_serve_stale(|| key.build(), entry, now) {
                counters.stale_hit();
            } else {
                return None;
            }
            if entry.becomes_hot() {
                self.spread(&key.build(), entry, now);
            }
            // `look` is called in one place only, so that the compiler inlines it.
            Some(look(&entry.value, Kept::new(entry, now)))
        });
        looked.flatten()
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

    /// Whether a call for a newer result is under way, and the stale one is not too old.
    #[cold]
    fn may_serve_stale(
        &self,
        key: impl FnOnce() -> Key,
        entry: &Entry<Arc<Cached>>,
        now: Instant,
    ) -> bool {
        let until = later(entry.fresh_until, self.options.stale_while_refreshing);
        now < until && self.state.flights.is_under_way(&key(), now)
    }

    /// Begins a call for this key, or joins the one under way. Returns the result as `Err` if another call has ended
    /// since the look-up.
    pub(crate) fn fetch<F>(
        &self,
        results: &Arc<Results>,
        key: &Key,
        rules: &'static Answers,
        ask: impl FnOnce(Ticket<Outcome>) -> F + Send + 'static,
    ) -> Result<(Aboard<Outcome>, Boarded), Arc<Cached>>
    where
        F: Future<Output = Result<Answer, DenialReason>> + Send + 'static,
    {
        let state = &self.state;
        state.counters.missed();
        // Another call may have ended since the look-up.
        let settled = || self.fresh(key, results);
        let call = |ticket| {
            let results = Arc::clone(results);
            contained(async move {
                let flown = Flown { results, ticket };
                flown.results.cache.fly(rules, ask, &flown).await
            })
        };
        let now = results.clock.moment();
        let (aboard, boarded) = state.flights.board(key, now, settled, call)?;
        if boarded == Boarded::Joined {
            state.counters.joined();
        }
        Ok((aboard, boarded))
    }

    /// The call: asks the shared tier, then the authorizer. The result is cached before the call leaves the list, so a
    /// later request finds it. An answer of the authorizer that is not cached still removes the earlier result.
    async fn fly<F>(
        &self,
        rules: &Answers,
        ask: impl FnOnce(Ticket<Outcome>) -> F,
        flown: &Flown,
    ) -> Outcome
    where
        F: Future<Output = Result<Answer, DenialReason>>,
    {
        let results = &*flown.results;
        let verify = |answer, origin, shortened| {
            Cached::verified(answer, origin, shortened, rules, &results.stage).map(Arc::new)
        };
        let (tier, kept) = match self.load(flown).await {
            Loaded::Found { answer, remaining } => {
                let ttl = remaining.min(results.ttl);
                let own = own_lifetime(&answer, results);
                let shortened = own.filter(|own| *own <= ttl);
                let kept = verify(answer, Origin::SharedTier, shortened);
                let kept = kept.map(|cached| (cached, self.lifetime(ttl, own, results)));
                (Tier::Answers, kept.ok())
            }
            Loaded::Missing | Loaded::Unusable => (Tier::Answers, None),
            Loaded::Failed => (Tier::Failed, None),
        };
        if let Some((cached, lifetime)) = kept {
            flown.has_answer(&lifetime);
            self.insert(&cached, lifetime, flown);
            return Ok(cached);
        }
        let answered = ask(flown.ticket.clone()).await;
        let own = answered.as_ref().ok();
        let own = own.and_then(|answer| own_lifetime(answer, results));
        let ttl = match &answered {
            Err(DenialReason::AuthorizerSaidUnauthorized { .. }) => self.options.unauthorized_ttl,
            _ => results.ttl,
        };
        let lifetime = self.lifetime(ttl, own, results);
        flown.has_answer(&lifetime);
        let answered = answered.and_then(|answer| {
            let shared = results.shared.is_some().then(|| answer.clone());
            let shortened = own.filter(|own| *own <= ttl);
            Ok((verify(answer, Origin::Authorizer, shortened)?, shared))
        });
        match answered {
            Ok((cached, shared)) => {
                self.insert(&cached, lifetime, flown);
                self.share(shared.as_ref(), flown, tier).await;
                Ok(cached)
            }
            Err(DenialReason::AuthorizerSaidUnauthorized { cause }) => {
                self.insert_unauthorized(cause.clone(), lifetime, flown);
                self.share(None, flown, tier).await;
                Err(DenialReason::AuthorizerSaidUnauthorized { cause })
            }
            Err(failure) => self.stale(flown.key(), results).ok_or(failure),
        }
    }

    /// How long a result of this moment is kept. Its own lifetime may be shorter than the time to live.
    fn lifetime(&self, ttl: Duration, own: Option<Duration>, results: &Results) -> Lifetime {
        let options = &self.options;
        let lifetime = Lifetime {
            now: results.clock.moment(),
            fresh: ttl,
            stale: options.stale_while_refreshing.max(options.stale_on_failure),
        };
        match own {
            None => lifetime,
            Some(own) => lifetime.at_most(own),
        }
    }

    fn insert_unauthorized(&self, cause: Option<Arc<str>>, lifetime: Lifetime, flown: &Flown) {
        match lifetime.fresh.is_zero() {
            true => self.remove(flown),
            false => self.insert(&Arc::new(Cached::Unauthorized { cause }), lifetime, flown),
        }
    }

    /// Removes the earlier result, which the answer replaces although it is not cached.
    fn remove(&self, flown: &Flown) {
        self.overtake(flown);
        self.state.memory.forget(flown.key(), &self.state.counters);
    }

    /// A call whose key was forgotten may get its answer after a later call got its own, or ask after it. The later call's
    /// result may then be older than this answer, so it must not be cached either.
    fn overtake(&self, flown: &Flown) {
        if flown.ticket.is_forgotten() {
            self.state.flights.forget_older(flown.key(), &flown.ticket);
        }
    }

    /// Caches the result, which replaces the earlier one.
    fn insert(&self, cached: &Arc<Cached>, lifetime: Lifetime, flown: &Flown) {
        if lifetime.fresh.is_zero() {
            return self.remove(flown);
        }
        self.overtake(flown);
        let bytes = cached.bytes();
        let (key, cached) = (Key::clone(flown.key()), Arc::clone(cached));
        let is_forgotten = || flown.ticket.is_forgotten();
        let State {
            memory, counters, ..
        } = &*self.state;
        memory.insert(key, cached, bytes, lifetime, is_forgotten, counters);
    }

    fn fresh(&self, key: &Key, results: &Results) -> Option<Arc<Cached>> {
        let now = results.clock.moment();
        let found = self.state.memory.with(key, now, |entry| {
            (now < entry.fresh_until).then(|| Arc::clone(&entry.value))
        });
        found.flatten()
    }

    /// A stale result to serve because the authorizer failed.
    fn stale(&self, key: &Key, results: &Results) -> Option<Arc<Cached>> {
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

/// The time until the answer expires, if it has its own lifetime.
fn own_lifetime(answer: &Answer, results: &Results) -> Option<Duration> {
    let expiry = answer.expiry?;
    Some(remaining(expiry, results.clock.now()))
}

/// The time until a result expires. Zero if it has expired.
pub(super) fn remaining(expiry: SystemTime, now: SystemTime) -> Duration {
    expiry.duration_since(now).unwrap_or_default()
}

/// Catches the panics of a call, both when it is polled and when it is dropped.
///
/// Not an async function, which would contain its argument twice.
pub(crate) fn contained(call: impl Future<Output = Outcome>) -> impl Future<Output = Outcome> {
    Contained::new(call).map(|outcome| outcome.unwrap_or_else(|panicked| Err(panicked.into())))
}
