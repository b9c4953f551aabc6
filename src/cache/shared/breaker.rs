//! The circuit breaker of a shared cache: a store that fails is not asked for a while.

use std::{sync::Arc, time::Instant};

use super::SharedCache;
use crate::breaker::{Breaker, CircuitBreaker, Paused, Permit};

impl SharedCache {
    /// Sets the circuit breaker of the store. By default it opens after 5 failures in a row, for one second at first and
    /// for at most 10 seconds later. Errors, panics and time-outs are failures.
    ///
    /// While it is open, look-ups and writes are left out, so misses do not wait for a store that is down: the authorizer
    /// is called at once. After the pause, one call of one request probes the store. The store keeps an earlier value
    /// until it expires if the write that would have replaced it was left out.
    ///
    /// Removals are never left out: neither those of
    /// [`AuthorizerResults::invalidate`](crate::caching::AuthorizerResults::invalidate) and `clear`, which return the
    /// store's error, nor the removal of an earlier value after `Unauthorized`.
    ///
    /// Clones of the cache made after this setting share the breaker. The clock is that of each layer.
    #[must_use]
    pub fn circuit_breaker(mut self, breaker: CircuitBreaker) -> Self {
        self.breaker = Some(Arc::new(Breaker::new(breaker)));
        self
    }

    /// Removes the circuit breaker. Then each miss asks the store, and waits for it up to its time limit.
    #[must_use]
    pub fn no_circuit_breaker(mut self) -> Self {
        self.breaker = None;
        self
    }

    /// Whether the circuit breaker is open.
    pub(crate) fn is_paused(&self) -> bool {
        self.breaker
            .as_ref()
            .is_some_and(|breaker| breaker.is_open())
    }

    /// Asks the circuit breaker for a call.
    pub(crate) fn permit(&self, now: Instant) -> Result<Option<Permit<'_>>, Paused> {
        let permit = self.breaker.as_deref().map(|breaker| breaker.permit(now));
        permit.transpose()
    }
}
