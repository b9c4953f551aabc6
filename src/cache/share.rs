//! What goes between this process's results and the shared tier.

use super::{
    cached::{Answer, Loaded, Stored},
    fetch::Flown,
    result_cache::ResultCache,
};
use crate::contained::drop_contained;

/// How the shared tier took the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    Answers,
    Failed,
}

impl ResultCache {
    /// Looks for a result in the shared tier.
    pub(super) async fn load(&self, flown: &Flown<'_>) -> Loaded {
        let results = flown.results;
        let Some(shared) = &results.shared else {
            return Loaded::Missing;
        };
        let now = || results.clock.now();
        let loaded = shared.load(&results.scope, &flown.key, now).await;
        match loaded {
            Loaded::Found { .. } => self.state.counters.shared_hit(),
            Loaded::Unusable | Loaded::Failed => self.state.counters.shared_error(),
            Loaded::Missing => (),
        }
        loaded
    }

    /// Puts what the authorizer said into the shared tier, in place of what it has. That goes also where nothing is
    /// put in its place: `Unauthorized`, an answer that cannot be kept there, one that was forgotten by name.
    ///
    /// After two failures the tier is left alone, so that it delays a request by two time limits at the most.
    pub(super) async fn share(&self, answer: Option<&Answer>, flown: &Flown<'_>, tier: Tier) {
        let (results, key) = (flown.results, &flown.key);
        let Some(shared) = &results.shared else {
            return;
        };
        let is_forgotten = || flown.ticket.is_forgotten();
        if let Some(answer) = answer.filter(|_| !is_forgotten()) {
            let (ttl, now) = (results.ttl, results.clock.now());
            match shared.store(&results.scope, key, answer, ttl, now).await {
                Stored::Kept if is_forgotten() => (),
                Stored::Kept => return,
                Stored::Unfit => self.state.counters.shared_error(),
                Stored::Failed => {
                    self.state.counters.shared_error();
                    if tier == Tier::Failed {
                        return;
                    }
                }
            }
        }
        if let Err(error) = shared.remove(&results.scope, key).await {
            let _ = drop_contained(error);
            self.state.counters.shared_error();
        }
    }
}
