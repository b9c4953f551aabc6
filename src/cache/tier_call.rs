//! A call of the shared tier that its circuit breaker permits.

use super::{cached::TierFault, results::Results, shared::SharedCache};
use crate::{
    breaker::{Blame, Paused, Permit},
    observe,
};

/// Without a breaker there is nothing to end.
pub(super) struct TierCall<'r> {
    permit: Option<Permit<'r>>,
    results: &'r Results,
}

impl<'r> TierCall<'r> {
    pub(super) fn begin(shared: &'r SharedCache, results: &'r Results) -> Result<Self, Paused> {
        let permit = shared.permit(results.clock.moment())?;
        Ok(Self { permit, results })
    }

    /// The tier has answered, or it has failed. A call that ends without this has found out nothing.
    pub(super) fn ended(self, outcome: Result<(), TierFault>) {
        let Some(permit) = self.permit else {
            return;
        };
        let change = match outcome {
            Ok(()) => permit.answered(),
            Err(TierFault::NoTimer) => None, // It was not called.
            Err(TierFault::Failed | TierFault::Panicked | TierFault::TimedOut) => {
                permit.failed(self.results.clock.moment(), Blame::Counts)
            }
        };
        if let Some(change) = change {
            observe::shared_tier_breaker(self.results.shared_name(), change);
        }
    }
}
