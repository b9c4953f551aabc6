//! What a call knows of its place on the list.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::pin,
    sync::{Arc, Weak, atomic::Ordering},
    time::Instant,
};

use super::{
    Flight,
    order::{AskedAt, Order},
};

/// A call's view of its own state.
#[derive(Debug)]
pub(crate) struct Ticket<T>(Weak<Flight<T>>);

impl<T> Clone for Ticket<T> {
    fn clone(&self) -> Self {
        Self(Weak::clone(&self.0))
    }
}

impl<T> Ticket<T> {
    pub(super) fn new(flight: &Weak<Flight<T>>) -> Self {
        Self(Weak::clone(flight))
    }

    pub(super) fn flight(&self) -> Option<Arc<Flight<T>>> {
        self.0.upgrade()
    }

    /// Asks the authorizer or the shared tier, and notes when.
    pub(crate) async fn noted<F: Future>(&self, ask: impl FnOnce() -> F) -> F::Output {
        self.note(AskedAt::asks);
        let mut asking = pin!(ask());
        let mut has_asked = false;
        poll_fn(|context| {
            let polled = asking.as_mut().poll(context);
            if !mem::replace(&mut has_asked, true) {
                self.note(AskedAt::has_asked);
            }
            polled
        })
        .await
    }

    fn note(&self, note: fn(&AskedAt, &Order)) {
        let flight = self.flight();
        let flights = flight.as_ref().and_then(|flight| flight.flights.upgrade());
        if let (Some(flight), Some(flights)) = (flight, flights) {
            note(&flight.asked, &flights.order);
        }
    }

    /// Marks that the call has its answer, which is fresh until then. Later answers to other calls are newer.
    pub(in crate::cache) fn has_answer(&self, fresh_until: Instant) {
        if let Some(flight) = self.flight() {
            let _ = flight.joinable_until.set(fresh_until);
        }
    }

    /// Whether the key was forgotten since the call began.
    pub(in crate::cache) fn is_forgotten(&self) -> bool {
        let flight = self.flight();
        flight.is_none_or(|flight| flight.is_forgotten.load(Ordering::Acquire))
    }
}
