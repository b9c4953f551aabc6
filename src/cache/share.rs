//! Reads results from the shared tier, and writes them to it.

use std::time::Duration;

use super::{
    cached::Answer,
    fetch::Fetch,
    result_cache::ResultCache,
    shared::revocations::Begun,
    tier_call::TierCall,
    tier_outcome::{Loaded, Stored, Tier, TierFault, ToStore},
};
use crate::{
    contained::drop_contained,
    observe::{SharedTierOperation, SharedTierOutcome},
};

/// A store cannot keep a value for a shorter time.
const MIN_TTL: Duration = Duration::from_millis(1);

impl ResultCache {
    /// Looks for a result in the shared tier.
    pub(super) async fn load(&self, fetch: &Fetch) -> Loaded {
        let results = &fetch.results;
        let Some(shared) = &results.shared else {
            return Loaded::Missing;
        };
        let now = || results.clock.now();
        let load = || shared.load(results.scope(), fetch.key(), now);
        let call = fetch.watch.begin(SharedTierOperation::LookUp);
        let loaded = match TierCall::begin(shared, results, &fetch.watch) {
            Err(_) => Loaded::Paused,
            Ok(permitted) => {
                let loaded = fetch.call.note_asking(load).await;
                permitted.ended(match loaded {
                    Loaded::Failed(fault) => Err(fault),
                    _ => Ok(()),
                });
                loaded
            }
        };
        let loaded = self.unless_revoked(loaded, fetch);
        call.ended(SharedTierOutcome::from(&loaded));
        match loaded {
            Loaded::Found { .. } => self.state.counters.shared_hit(),
            Loaded::Unusable | Loaded::Failed(_) => self.state.counters.shared_error(),
            Loaded::Paused => self.state.counters.shared_skipped(),
            Loaded::Missing => (),
        }
        loaded
    }

    /// A value counts as missing if it was revoked, or if no log can show that it was not.
    fn unless_revoked(&self, loaded: Loaded, fetch: &Fetch) -> Loaded {
        let Some(watched) = fetch.call.begun().map(Begun::watched) else {
            return loaded;
        };
        self.state.counters.shared_errors(watched.take_errors());
        match loaded {
            Loaded::Found { ref vouched, .. }
                if !vouched
                    .as_ref()
                    .is_some_and(|vouched| watched.accepts(vouched)) =>
            {
                Loaded::Missing
            }
            loaded => loaded,
        }
    }

    /// Replaces the value in the shared tier by the authorizer's answer. If there is no answer to store (`Unauthorized`,
    /// an answer that does not fit or has expired, a key that was forgotten, no log of revocations that could vouch for
    /// it), the old value is removed.
    ///
    /// Stops after two failures, so that the tier delays a request by at most two timeouts. While the tier's circuit
    /// breaker is open, nothing is written, but values that must be removed are removed.
    pub(super) async fn share(&self, answer: Option<Box<ToStore>>, fetch: &Fetch, tier: Tier) {
        let (results, key) = (&fetch.results, fetch.key());
        let Some(shared) = &results.shared else {
            return;
        };
        let is_forgotten = || fetch.call.is_forgotten();
        let now = results.clock.now();
        let ttl = |answer: &Answer| match answer.remaining(|| now) {
            Some(remaining) => results.ttl.min(remaining),
            None => results.ttl,
        };
        let answer = answer.map(|to_store| (ttl(&to_store.answer), to_store));
        let lasts = |ttl: Duration, answer: &Answer| answer.expiry.is_none() || ttl >= MIN_TTL;
        let answer = answer.filter(|(ttl, to_store)| lasts(*ttl, &to_store.answer));
        let answer = answer.filter(|_| !is_forgotten());
        let is_followed = fetch.call.begun().is_some();
        let is_usable =
            |(_, to_store): &(_, Box<ToStore>)| to_store.vouched.is_some() || !is_followed;
        if tier == Tier::Paused && answer.as_ref().is_some_and(|answer| !is_usable(answer)) {
            // A write that is left out, like those that a log vouches for.
            let call = fetch.watch.begin(SharedTierOperation::Store);
            call.ended(SharedTierOutcome::Paused);
            return self.state.counters.shared_skipped();
        }
        if let Some((ttl, to_store)) = answer.filter(is_usable) {
            let answer = (&to_store.answer, to_store.vouched.as_ref());
            let call = fetch.watch.begin(SharedTierOperation::Store);
            let stored = match TierCall::begin(shared, results, &fetch.watch) {
                Err(_) => Stored::Paused,
                Ok(permitted) => {
                    let stored = shared.store(results.scope(), key, answer, ttl, now).await;
                    match stored {
                        Stored::Kept => permitted.ended(Ok(())),
                        Stored::Failed(fault) => permitted.ended(Err(fault)),
                        Stored::Unfit | Stored::Paused => drop(permitted),
                    }
                    stored
                }
            };
            call.ended(SharedTierOutcome::from(stored));
            match stored {
                Stored::Kept if is_forgotten() => (),
                Stored::Kept => return,
                Stored::Paused => return self.state.counters.shared_skipped(),
                Stored::Unfit => self.state.counters.shared_error(),
                Stored::Failed(_) => {
                    self.state.counters.shared_error();
                    if tier != Tier::Answers {
                        return;
                    }
                }
            }
        }
        let call = fetch.watch.begin(SharedTierOperation::Remove);
        let removed = shared.remove(results.scope(), key).await;
        call.ended(match &removed {
            Ok(()) => SharedTierOutcome::Done,
            Err(error) => error.fault().into(),
        });
        if let Err(error) = removed {
            let _ = drop_contained(error);
            self.state.counters.shared_error();
        }
    }
}

impl From<&Loaded> for SharedTierOutcome {
    fn from(loaded: &Loaded) -> Self {
        match loaded {
            Loaded::Found { .. } => Self::Found,
            Loaded::Missing => Self::Missing,
            Loaded::Unusable => Self::Unusable,
            Loaded::Failed(fault) => Self::from(*fault),
            Loaded::Paused => Self::Paused,
        }
    }
}

impl From<Stored> for SharedTierOutcome {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Kept => Self::Done,
            Stored::Unfit => Self::Unfit,
            Stored::Failed(fault) => Self::from(fault),
            Stored::Paused => Self::Paused,
        }
    }
}

impl From<TierFault> for SharedTierOutcome {
    fn from(fault: TierFault) -> Self {
        match fault {
            TierFault::Failed => Self::Failed,
            TierFault::Panicked => Self::Panicked,
            TierFault::TimedOut => Self::TimedOut,
            TierFault::NoTimer => Self::NoTimer,
        }
    }
}
