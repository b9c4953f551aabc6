//! What a call knows of its place on the list.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::pin,
    sync::Arc,
    time::Instant,
};

use super::{flight::Flight, order::AskedAt};
use crate::cache::key::Key;

/// A call's view of its own state.
#[derive(Debug)]
pub(crate) struct Ticket<T>(Arc<Flight<T>>);

impl<T> Clone for Ticket<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Ticket<T> {
    pub(super) fn new(flight: &Arc<Flight<T>>) -> Self {
        Self(Arc::clone(flight))
    }

    pub(super) fn flight(&self) -> &Flight<T> {
        &self.0
    }

    pub(in crate::cache) fn key(&self) -> &Key {
        self.0.key()
    }

    /// Asks the authorizer or the shared tier, and notes when.
    pub(crate) async fn noted<F: Future>(&self, ask: impl FnOnce() -> F) -> F::Output {
        self.0.note(AskedAt::asks);
        let mut asking = pin!(ask());
        let mut has_asked = false;
        poll_fn(|context| {
            let polled = asking.as_mut().poll(context);
            if !mem::replace(&mut has_asked, true) {
                self.0.note(AskedAt::has_asked);
            }
            polled
        })
        .await
    }

    /// Marks that the call has its answer, which is fresh until then. Later answers to other calls are newer.
    pub(in crate::cache) fn has_answer(&self, fresh_until: Instant) {
        self.0.has_answer(fresh_until);
    }

    /// Whether the key was forgotten since the call began.
    pub(in crate::cache) fn is_forgotten(&self) -> bool {
        self.0.is_forgotten()
    }
}
