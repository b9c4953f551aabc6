//! Reads results from the shared tier, and writes them to it.

use std::time::Duration;

use super::{
    cached::{Answer, Loaded, Stored, TierFault},
    fetch::{Flown, remaining},
    result_cache::ResultCache,
    tier_call::TierCall,
};
use crate::{
    contained::drop_contained,
    observe::{SharedTierOperation, SharedTierOutcome},
};

/// A store keeps nothing for a shorter time.
const SHORTEST_TTL: Duration = Duration::from_millis(1);

/// Whether the shared tier answered the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    Answers,
    Failed,
}

impl ResultCache {
    /// Looks for a result in the shared tier.
    pub(super) async fn load(&self, flown: &Flown) -> Loaded {
        let results = &flown.results;
        let Some(shared) = &results.shared else {
            return Loaded::Missing;
        };
        let now = || results.clock.now();
        let load = || shared.load(&results.scope, flown.key(), now);
        let call = flown.watch.begin(SharedTierOperation::LookUp);
        let loaded = match TierCall::begin(shared, results) {
            Err(_) => Loaded::Paused,
            Ok(permitted) => {
                let loaded = flown.ticket.noted(load).await;
                permitted.ended(match loaded {
                    Loaded::Failed(fault) => Err(fault),
                    _ => Ok(()),
                });
                loaded
            }
        };
        call.ended(SharedTierOutcome::from(&loaded));
        match loaded {
            Loaded::Found { .. } => self.state.counters.shared_hit(),
            Loaded::Unusable | Loaded::Failed(_) => self.state.counters.shared_error(),
            Loaded::Paused => self.state.counters.shared_skipped(),
            Loaded::Missing => (),
        }
        loaded
    }

    /// Replaces the value in the shared tier by the authorizer's answer. If there is no answer to store (`Unauthorized`,
    /// an answer that does not fit or has expired, a key that was forgotten), the old value is removed.
    ///
    /// Stops after two failures, so that the tier delays a request by at most two time limits. While the tier's circuit
    /// breaker is open, nothing is written, but what has to be removed is removed.
    pub(super) async fn share(&self, answer: Option<&Answer>, flown: &Flown, tier: Tier) {
        let (results, key) = (&flown.results, flown.key());
        let Some(shared) = &results.shared else {
            return;
        };
        let is_forgotten = || flown.ticket.is_forgotten();
        let now = results.clock.now();
        let ttl = |answer: &Answer| match answer.expiry {
            Some(expiry) => results.ttl.min(remaining(expiry, now)),
            None => results.ttl,
        };
        let answer = answer.map(|answer| (answer, ttl(answer)));
        let answer = answer.filter(|(answer, ttl)| answer.expiry.is_none() || *ttl >= SHORTEST_TTL);
        if let Some((answer, ttl)) = answer.filter(|_| !is_forgotten()) {
            let call = flown.watch.begin(SharedTierOperation::Store);
            let stored = match TierCall::begin(shared, results) {
                Err(_) => Stored::Paused,
                Ok(permitted) => {
                    let stored = shared.store(&results.scope, key, answer, ttl, now).await;
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
                    if tier == Tier::Failed {
                        return;
                    }
                }
            }
        }
        let call = flown.watch.begin(SharedTierOperation::Remove);
        let removed = shared.remove(&results.scope, key).await;
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
