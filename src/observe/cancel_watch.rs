//! Watches a request that waits for the authorizer.

use std::sync::Arc;

use super::{decided::Decided, events, outcome::Outcome};
use crate::{
    pipeline::{Pending, settings::Settings},
    request::context::Arrival,
};

/// Holds a request that waits for the authorizer, and reports to `tracing` and to the observers if it is dropped.
pub(crate) struct CancelWatch(Option<(Pending, Arc<Settings>)>);

impl CancelWatch {
    pub(crate) fn new(pending: Pending, settings: &Arc<Settings>) -> Self {
        Self(Some((pending, Arc::clone(settings))))
    }

    /// The call has ended, so there will be a decision.
    pub(crate) fn stop(mut self) -> (Pending, Arc<Settings>) {
        self.0.take().expect("only this takes it")
    }
}

impl Drop for CancelWatch {
    fn drop(&mut self) {
        let Some((pending, settings)) = self.0.take() else {
            return;
        };
        events::cancelled();
        if settings.observers.is_none() {
            return;
        }
        // With its extensions again, which may have the client's address.
        let returned = pending.returned();
        let facts = returned.facts();
        let decided = Decided {
            settings: &settings,
            parts: &facts.parts,
            matched: Some(&facts.matched),
            arrival: &Arrival::at(facts.arrival),
        };
        decided.without_result(Outcome::Cancelled);
    }
}
