//! Fetches results that are not cached.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    cached::{Answer, Cached, FetchResult, Found, Kept, Origin},
    contained_call::contained,
    hit::{fresh_until, is_fresh_and_vouched, may_be_used},
    key::Key,
    memory::LastInserted,
    result_cache::ResultCache,
    settings::CacheSettings,
    shared::revocations::{Group, RevocationGuard, Vouched},
    single_flight::{CallHandle, Joining, Role, Waiter},
    tier_outcome::{Loaded, Tier, ToStore},
};
use crate::{
    api::Answers,
    authorizer::Tags,
    clock::later,
    decision::DenialReason,
    observe::{CallWatch, SharedTierWatch},
};

mod insert;

/// The call of a key: its settings and its handle.
pub(super) struct Fetch {
    pub(super) caching: Arc<CacheSettings>,
    pub(super) call: CallHandle<FetchResult>,
    pub(super) watch: SharedTierWatch,
}

/// A look-up that found no result.
pub(crate) struct Miss<'k> {
    pub(crate) key: &'k Key,
    /// The last insertion before it.
    pub(crate) looked_up: LastInserted,
}

/// What the shared tier has to learn about an answer.
enum ToShare {
    Nothing,
    /// The answer is stored. `None` removes the earlier one. Boxed, since most layers have no shared tier.
    Answer(Option<Box<ToStore>>),
}

impl ResultCache {
    /// Begins a call for this key, or joins the one in progress. Returns the result as `Err` if another call has ended
    /// since the look-up.
    pub(crate) fn fetch<F>(
        &self,
        caching: &Arc<CacheSettings>,
        Miss { key, looked_up }: Miss<'_>,
        rules: &'static Answers,
        watch: SharedTierWatch,
        ask: impl FnOnce(CallHandle<FetchResult>) -> F + Send + 'static,
    ) -> Result<(Waiter<FetchResult>, Role), Arc<Cached>>
    where
        F: Future<Output = (Result<Answer, Box<DenialReason>>, CallWatch)> + Send + 'static,
    {
        let state = &self.state;
        state.counters.missed();
        let now = caching.clock.moment();
        let settled = || {
            if state.memory.last_inserted() == looked_up {
                None
            } else {
                self.fresh(key, now, caching)
            }
        };
        let begun = caching.begin(&watch);
        let future = |call| {
            let caching = Arc::clone(caching);
            let fetch = Fetch {
                caching,
                call,
                watch,
            };
            contained(|| fetch.run(rules, ask))
        };
        let joining = Joining { key, now, begun };
        let joined = state.single_flight.join_or_begin(joining, settled, future);
        let (waiter, role) = joined?;
        if role == Role::Follower {
            state.counters.joined();
        }
        Ok((waiter, role))
    }

    fn fresh(&self, key: &Key, now: Instant, caching: &CacheSettings) -> Option<Arc<Cached>> {
        let entries = self.state.memory.pin();
        let entry = entries.get(key, now)?;
        let is_fresh = now < entry.fresh_until || is_fresh_and_vouched(entry, now, caching);
        is_fresh.then(|| Arc::clone(&entry.value))
    }

    /// A stale result to serve because the authorizer failed.
    fn stale(&self, key: &Key, now: Instant, caching: &CacheSettings) -> Option<Arc<Cached>> {
        let entries = self.state.memory.pin();
        let entry = entries.get(key, now)?;
        let is_too_old = now >= later(fresh_until(entry), self.options.stale_on_failure);
        if is_too_old || !may_be_used(entry, now, caching) {
            return None;
        }
        self.state.counters.stale_hit();
        Some(Arc::clone(&entry.value))
    }
}

impl Fetch {
    pub(super) fn key(&self) -> &Key {
        self.call.key()
    }

    pub(super) fn cache(&self) -> &ResultCache {
        &self.caching.cache
    }

    /// The call: asks the shared tier, then the authorizer. The result is cached before the call leaves the list, so a
    /// later request finds it. An answer of the authorizer that is not cached still removes the earlier result.
    ///
    /// A variable here takes memory for as long as the call waits, so the steps between are functions.
    async fn run<F>(
        self,
        rules: &'static Answers,
        ask: impl FnOnce(CallHandle<FetchResult>) -> F,
    ) -> FetchResult
    where
        F: Future<Output = (Result<Answer, Box<DenialReason>>, CallWatch)>,
    {
        // Boxed, because the futures of the shared tier would be a large part of this one, even without a tier.
        let loaded = match self.caching.shared {
            Some(_) => Box::pin(self.cache().load(&self)).await,
            None => Loaded::Missing,
        };
        let tier = match self.cache_loaded(loaded, rules) {
            Ok(found) => return Ok(found),
            Err(tier) => tier,
        };
        let (outcome, to_share) = self.cache_answer(ask(self.call.clone()).await, rules);
        if let (ToShare::Answer(answer), Some(_)) = (to_share, &self.caching.shared) {
            Box::pin(self.cache().share(answer, &self, tier)).await;
        }
        outcome
    }

    /// Caches the answer that was found in the shared tier. Returns the state of the tier if the authorizer has to be
    /// asked.
    fn cache_loaded(&self, loaded: Loaded, rules: &Answers) -> Result<Found, Tier> {
        let (answer, remaining, vouched) = match loaded {
            Loaded::Found {
                answer,
                remaining,
                vouched,
            } => (answer, remaining, vouched),
            Loaded::Missing | Loaded::Unusable => return Err(Tier::Answers),
            Loaded::Failed(_) => return Err(Tier::Failed),
            Loaded::Paused => return Err(Tier::Paused),
        };
        let caching = &*self.caching;
        let now = caching.clock.moment();
        let ttl = remaining.min(caching.ttl);
        // `now` was read before, see `cache_answer`.
        let own = answer.remaining(|| caching.clock.now());
        let fresh_until = later(now, own.map_or(ttl, |own| own.min(ttl)));
        let guard = self.call.begun().zip(vouched);
        let kept = Kept {
            shortened: own.filter(|own| *own <= ttl),
            tags: None,
            guard: guard.map(|(begun, vouched)| begun.guard_value(vouched, fresh_until)),
            expiry: answer.expiry(fresh_until),
        };
        let verified = Cached::verified(answer, kept, rules, &caching.stage);
        let cached = verified.map_err(|_| Tier::Answers)?;
        let lifetime = self.note_answer(now, ttl, own);
        self.insert(&cached, lifetime);
        let origin = Origin::SharedTier;
        Ok(Found { cached, origin })
    }

    /// Caches the authorizer's answer.
    fn cache_answer(
        &self,
        (answered, watch): (Result<Answer, Box<DenialReason>>, CallWatch),
        rules: &Answers,
    ) -> (FetchResult, ToShare) {
        let caching = &*self.caching;
        let now = caching.clock.moment();
        let own = answered.as_ref().ok();
        // `now` was read before, so a thread that waits between the two does not prolong the answer's lifetime.
        let own = own.and_then(|answer| answer.remaining(|| caching.clock.now()));
        let ttl = match answered.as_ref().map_err(Box::as_ref) {
            Err(DenialReason::AuthorizerSaidUnauthorized { .. }) => {
                self.cache().options.unauthorized_ttl
            }
            _ => caching.ttl,
        };
        let lifetime = self.note_answer(now, ttl, own);
        let answered = answered.and_then(|answer| {
            let shortened = own.filter(|own| *own <= ttl);
            self.verified(answer, shortened, lifetime.fresh_until(), rules)
        });
        watch.ended(answered.as_ref().err().map(Box::as_ref));
        let origin = Origin::Authorizer;
        match answered {
            Ok((cached, to_share)) => {
                self.insert(&cached, lifetime);
                (Ok(Found { cached, origin }), to_share)
            }
            Err(reason) => match &*reason {
                DenialReason::AuthorizerSaidUnauthorized { cause } => {
                    self.insert_unauthorized(cause.clone(), lifetime);
                    (Err(reason), ToShare::Answer(None))
                }
                _ => {
                    let stale = self.cache().stale(self.key(), lifetime.now, caching);
                    let stale = stale.map(|cached| Found { cached, origin });
                    (stale.ok_or(reason), ToShare::Nothing)
                }
            },
        }
    }

    /// The result of an answer, and what the shared tier has to learn about it.
    fn verified(
        &self,
        answer: Answer,
        shortened: Option<Duration>,
        fresh_until: Instant,
        rules: &Answers,
    ) -> Result<(Arc<Cached>, ToShare), Box<DenialReason>> {
        let caching = &*self.caching;
        let tags = caching.tags(&answer.response);
        let groups = self.groups(&answer, tags.as_deref());
        let shared = caching.shared.is_some().then(|| {
            Box::new(ToStore {
                answer: answer.clone(),
                vouched: self.vouched(groups.clone()),
            })
        });
        let kept = Kept {
            shortened,
            tags,
            guard: self.guard(groups, fresh_until),
            expiry: answer.expiry(fresh_until),
        };
        let cached = Cached::verified(answer, kept, rules, &caching.stage)?;
        Ok((cached, ToShare::Answer(shared)))
    }

    /// The groups by which the answer can be revoked. `None` if revocations do not reach this process.
    fn groups(&self, answer: &Answer, tags: Option<&Tags>) -> Option<Box<[Group]>> {
        self.call.begun()?;
        let (shared, scope) = (self.caching.shared.as_ref()?, self.caching.scope());
        let identity = shared.identity_group(scope, self.key());
        let principal = answer.response.principal_id();
        let principal = principal.map(|principal| shared.principal_group(scope, principal));
        let tags = tags.into_iter().flat_map(|tags| &tags.0);
        let tags = tags.map(|tag| shared.tag_group(scope, tag));
        Some(
            [identity]
                .into_iter()
                .chain(principal)
                .chain(tags)
                .collect(),
        )
    }

    /// What the shared tier learns about this call. `None` if no process could use it.
    fn vouched(&self, groups: Option<Box<[Group]>>) -> Option<Vouched> {
        let epoch = self.call.begun()?.epoch()?;
        let groups = groups?;
        Some(Vouched { epoch, groups })
    }

    fn guard(
        &self,
        groups: Option<Box<[Group]>>,
        fresh_until: Instant,
    ) -> Option<Box<RevocationGuard>> {
        Some(self.call.begun()?.guard_answer(groups?, fresh_until))
    }
}
