//! Wakes the tasks that wait for a call, even if the waker of one of them panics.

use std::{
    sync::Arc,
    task::{Wake, Waker},
};

use crate::contained::{contain, drop_contained};

/// The waker that a task registers with the call instead of its own. Small, since every response future contains one.
#[derive(Debug, Default)]
pub(super) struct Relay(Option<Arc<StandIn>>);

impl Relay {
    /// The stand-in for a waker. Reuses the last one if it is for the same waker.
    pub(super) fn to(&mut self, waker: &Waker) -> Waker {
        let made = self.0.take().filter(|made| made.is_for(waker));
        let stand_in = made.unwrap_or_else(|| Arc::new(StandIn(Some(waker.clone()))));
        Waker::from(Arc::clone(self.0.insert(stand_in)))
    }
}

/// Catches the panics of its waker.
#[derive(Debug)]
struct StandIn(Option<Waker>);

impl StandIn {
    fn is_for(&self, waker: &Waker) -> bool {
        self.0.as_ref().is_some_and(|own| own.will_wake(waker))
    }
}

impl Wake for StandIn {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(waker) = &self.0 {
            let _ = contain(|| waker.wake_by_ref());
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = drop_contained(self.0.take());
    }
}
