//! Reads results from the shared tier, and writes them to it.

use std::time::{Duration, SystemTime};

use super::{
    SharedCache,
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
        let caching = &fetch.caching;
        let Some(shared) = &caching.shared else {
            return Loaded::Missing;
        };
        let now = || caching.clock.now();
        let load = || shared.load(caching.scope(), fetch.key(), now);
        let call = fetch.watch.begin(SharedTierOperation::LookUp);
        let loaded = match TierCall::begin(shared, caching, &fetch.watch) {
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

    /// Replaces the value in the shared tier by the authorizer's answer. If there is no answer to store, the old
    /// value is removed: after `Unauthorized`, if the answer does not fit or has expired, if its key was forgotten, or if no
    /// log of revocations can vouch for it.
    ///
    /// Stops after two failures, so that the tier delays a request by at most two timeouts. While the tier's circuit
    /// breaker is open, nothing is written, but values that must be removed are removed.
    pub(super) async fn share(&self, answer: Option<Box<ToStore>>, fetch: &Fetch, tier: Tier) {
        let Some(shared) = &fetch.caching.shared else {
            return;
        };
        let earlier = match answer.and_then(|answer| Write::of(answer, fetch)) {
            Some(write) if write.is_vouched_for(fetch) => {
                self.store_shared(shared, &write, fetch, tier).await
            }
            // A write that is left out, like those that a log vouches for.
            Some(_) if tier == Tier::Paused => {
                let call = fetch.watch.begin(SharedTierOperation::Store);
                call.ended(SharedTierOutcome::Paused);
                self.state.counters.shared_skipped();
                Earlier::Settled
            }
            _ => Earlier::ToRemove,
        };
        if earlier == Earlier::ToRemove {
            self.remove_shared(shared, fetch).await;
        }
    }

    async fn store_shared(
        &self,
        shared: &SharedCache,
        write: &Write,
        fetch: &Fetch,
        tier: Tier,
    ) -> Earlier {
        let (caching, ToStore { answer, vouched }) = (&fetch.caching, &*write.answer);
        let answer = (answer, vouched.as_ref());
        let call = fetch.watch.begin(SharedTierOperation::Store);
        let stored = match TierCall::begin(shared, caching, &fetch.watch) {
            Err(_) => Stored::Paused,
            Ok(permitted) => {
                let (scope, key) = (caching.scope(), fetch.key());
                let stored = shared.store(scope, key, answer, write.ttl, write.now).await;
                match stored {
                    Stored::Kept => permitted.ended(Ok(())),
                    Stored::Failed(fault) => permitted.ended(Err(fault)),
                    Stored::Unfit | Stored::Paused => drop(permitted),
                }
                stored
            }
        };
        call.ended(SharedTierOutcome::from(stored));
        let counters = &self.state.counters;
        match stored {
            Stored::Kept => {}
            Stored::Paused => counters.shared_skipped(),
            Stored::Unfit | Stored::Failed(_) => counters.shared_error(),
        }
        match stored {
            Stored::Kept if fetch.call.is_forgotten() => Earlier::ToRemove,
            Stored::Kept | Stored::Paused => Earlier::Settled,
            Stored::Failed(_) if tier != Tier::Answers => Earlier::Settled,
            Stored::Unfit | Stored::Failed(_) => Earlier::ToRemove,
        }
    }

    async fn remove_shared(&self, shared: &SharedCache, fetch: &Fetch) {
        let call = fetch.watch.begin(SharedTierOperation::Remove);
        let removed = shared.remove(fetch.caching.scope(), fetch.key()).await;
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

/// What becomes of the earlier value in the shared tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Earlier {
    /// It was replaced, or nothing more is tried.
    Settled,
    ToRemove,
}

/// An answer that lasts long enough to be stored.
struct Write {
    answer: Box<ToStore>,
    ttl: Duration,
    now: SystemTime,
}

impl Write {
    /// `None` if it has expired, or its key was forgotten.
    fn of(answer: Box<ToStore>, fetch: &Fetch) -> Option<Self> {
        let caching = &fetch.caching;
        let now = caching.clock.now();
        let ttl = match answer.answer.remaining(|| now) {
            Some(remaining) => caching.ttl.min(remaining),
            None => caching.ttl,
        };
        let lasts = answer.answer.expiry.is_none() || ttl >= MIN_TTL;
        (lasts && !fetch.call.is_forgotten()).then_some(Self { answer, ttl, now })
    }

    /// Whether a log of revocations vouches for it, unless there are no revocations.
    fn is_vouched_for(&self, fetch: &Fetch) -> bool {
        self.answer.vouched.is_some() || fetch.call.begun().is_none()
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
