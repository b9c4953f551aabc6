//! The circuit breaker of a shared cache: a store that fails is not asked for a while.

use std::{sync::Arc, time::Instant};

use super::SharedCache;
use crate::{
    breaker::{Breaker, Change, CircuitBreaker, Paused, Permit},
    observe::{BreakerName, Listener, Listeners},
};

/// The breaker, and the layers that share the store, whose observers are notified of its changes.
pub(super) struct StoreBreaker {
    breaker: Breaker,
    listeners: Listeners,
}

impl StoreBreaker {
    pub(super) fn new(settings: CircuitBreaker) -> Self {
        Self {
            breaker: Breaker::new(settings),
            listeners: Listeners::default(),
        }
    }
}

impl SharedCache {
    /// Sets the circuit breaker of the store. By default it opens after 5 failures in a row, first for one second, and
    /// later for at most 10 seconds. Errors, panics and timeouts are failures.
    ///
    /// While it is open, look-ups and writes are left out, so misses do not wait for a store that is down: the authorizer
    /// is called at once. After the pause, one call of one request probes the store. The store keeps an earlier value
    /// until it expires if the write that would have replaced it was left out.
    ///
    /// Removals are never left out. This applies to
    /// [`AuthorizerResults::invalidate`](crate::caching::AuthorizerResults::invalidate) and `clear`, which return the
    /// store's error, and to the removal of an earlier value after `Unauthorized`.
    ///
    /// Clones of the cache made after this setting share the breaker. It uses the clock of each layer.
    #[must_use]
    pub fn circuit_breaker(mut self, breaker: CircuitBreaker) -> Self {
        self.breaker = Some(Arc::new(StoreBreaker::new(breaker)));
        self
    }

    /// Removes the circuit breaker. Then each miss asks the store, and waits for it up to its timeout.
    #[must_use]
    pub fn no_circuit_breaker(mut self) -> Self {
        self.breaker = None;
        self
    }

    pub(crate) fn breaker_settings(&self) -> Option<CircuitBreaker> {
        let store = self.breaker.as_ref();
        store.map(|store| store.breaker.settings())
    }

    /// Whether the circuit breaker is open.
    pub(crate) fn is_paused(&self) -> bool {
        self.breaker
            .as_ref()
            .is_some_and(|store| store.breaker.is_open())
    }

    /// Asks the circuit breaker for a call.
    pub(crate) fn permit(&self, now: Instant) -> Result<Option<Permit<'_>>, Paused> {
        let store = self.breaker.as_deref();
        let permit = store.map(|store| store.breaker.permit(now));
        permit.transpose()
    }

    /// The observers of this layer are notified when the circuit breaker changes.
    pub(crate) fn listen_to_breaker(&self, listener: &Listener) {
        if let Some(store) = &self.breaker {
            store.listeners.add(listener);
        }
    }

    /// Notifies the observers of a change of the circuit breaker.
    pub(crate) fn notify_of_breaker(&self, change: Change) {
        if let Some(store) = &self.breaker {
            store
                .listeners
                .notify_of_breaker(BreakerName::SharedTier, change);
        }
    }
}
