//! Waking those who wait for a call, none of whom can keep the others from being woken.

use std::{
    sync::Arc,
    task::{Wake, Waker},
};

use crate::contained::{contain, drop_contained};

/// Stands in for the waker of one who waits where all are woken in turn. Small, for it is part of every response
/// future.
#[derive(Debug, Default)]
pub(super) struct Relay(Option<Arc<StandIn>>);

impl Relay {
    /// The stand-in for a waker: the one that was made before, if it is for the same.
    pub(super) fn to(&mut self, waker: &Waker) -> Waker {
        let made = self.0.take().filter(|made| made.is_for(waker));
        let stand_in = made.unwrap_or_else(|| Arc::new(StandIn(Some(waker.clone()))));
        Waker::from(Arc::clone(self.0.insert(stand_in)))
    }
}

/// Whatever its waker throws ends here.
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
