//! Watches the calls to the shared tier, for the observers.

use std::{sync::Arc, time::Instant};

use super::{
    listeners::Listener,
    observer::Observer,
    shared_tier_call::{SharedTierCall, SharedTierOperation, SharedTierOutcome},
};
use crate::pipeline::settings::Settings;

/// Notifies the observers of a layer of its calls to the shared tier. Empty if there are no observers.
pub(crate) struct SharedTierWatch(Option<Arc<Settings>>);

impl SharedTierWatch {
    pub(crate) fn new(settings: &Arc<Settings>) -> Self {
        let is_observed = settings.observers.is_some() && settings.caching.shared.is_some();
        Self(is_observed.then(|| Arc::clone(settings)))
    }

    /// The layer whose observers are also notified of changes that its calls find.
    pub(crate) fn listener(&self) -> Option<Listener> {
        self.0.as_ref().map(Listener::new)
    }

    /// A call begins.
    pub(crate) fn begin(&self, operation: SharedTierOperation) -> WatchedCall<'_> {
        let began = |settings| Began {
            settings,
            at: settings.caching.clock.moment(),
        };
        WatchedCall {
            began: self.0.as_deref().map(began),
            operation,
        }
    }
}

/// A call to the shared tier. The observers are notified when it ends, even if it is dropped.
pub(crate) struct WatchedCall<'w> {
    began: Option<Began<'w>>,
    operation: SharedTierOperation,
}

struct Began<'w> {
    settings: &'w Settings,
    at: Instant,
}

impl WatchedCall<'_> {
    pub(crate) fn ended(mut self, outcome: SharedTierOutcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: SharedTierOutcome) {
        let Some(Began { settings, at }) = self.began.take() else {
            return;
        };
        let now = settings.caching.clock.moment();
        let call = SharedTierCall {
            settings,
            operation: self.operation,
            outcome,
            latency: now.saturating_duration_since(at),
        };
        if let Some(observers) = &settings.observers {
            observers.notify(|observer: &dyn Observer| observer.shared_tier_call_ended(&call));
        }
    }
}

impl Drop for WatchedCall<'_> {
    fn drop(&mut self) {
        self.end(SharedTierOutcome::Abandoned);
    }
}
