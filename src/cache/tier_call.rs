//! A call to the shared tier that its circuit breaker permits.

use super::{settings::CacheSettings, shared::SharedCache, tier_outcome::TierFault};
use crate::{
    breaker::{Blame, Change, Paused, Permit},
    observe::{SharedTierWatch, events},
};

/// Without a breaker, nothing has to be reported at the end.
pub(super) struct TierCall<'r> {
    permit: Option<Permit<'r>>,
    shared: &'r SharedCache,
    caching: &'r CacheSettings,
}

impl<'r> TierCall<'r> {
    pub(super) fn begin(
        shared: &'r SharedCache,
        caching: &'r CacheSettings,
        watch: &SharedTierWatch,
    ) -> Result<Self, Paused> {
        if let Some(listener) = watch.listener() {
            shared.listen_to_breaker(&listener);
        }
        let permit = shared.permit(caching.clock.moment())?;
        let change = permit.as_ref().and_then(|permit| permit.change);
        report(shared, caching, change);
        Ok(Self {
            permit,
            shared,
            caching,
        })
    }

    /// The tier has answered, or it has failed. A call that ends without this does not count for the circuit breaker.
    pub(super) fn ended(self, outcome: Result<(), TierFault>) {
        let Self {
            permit,
            shared,
            caching,
        } = self;
        let Some(permit) = permit else {
            return;
        };
        let change = match outcome {
            Ok(()) => permit.answered(),
            Err(TierFault::NoTimer) => None, // It was not called.
            Err(TierFault::Failed | TierFault::Panicked | TierFault::TimedOut) => {
                permit.failed(caching.clock.moment(), Blame::Counts)
            }
        };
        report(shared, caching, change);
    }
}

/// Reports a change of the breaker.
fn report(shared: &SharedCache, caching: &CacheSettings, change: Option<Change>) {
    if let Some(change) = change {
        events::shared_tier_breaker(caching.shared_name(), change);
        shared.notify_of_breaker(change);
    }
}
