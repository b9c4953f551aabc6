//! The tasks that wait for a call. All of them are woken, even if the waker of one of them panics.

use std::{mem, task::Waker};

use smallvec::SmallVec;

use crate::contained::{contain, drop_contained};

/// A waker for each request that waits. One or two of them need no allocation.
#[derive(Debug, Default)]
pub(super) struct Wakers {
    slots: SmallVec<[Option<Waker>; 2]>,
    /// Slots of requests that have left.
    free: Vec<usize>,
}

/// The place of a request's waker, if it has one.
#[derive(Debug, Default)]
pub(super) struct Slot(Option<usize>);

impl Wakers {
    /// Returns the waker that it replaces. The executor's code must not run while the call is locked.
    pub(super) fn register(&mut self, slot: &mut Slot, waker: Waker) -> Option<Waker> {
        let at = slot.0.or_else(|| self.free.pop());
        let at = at.unwrap_or(self.slots.len());
        slot.0 = Some(at);
        match self.slots.get_mut(at) {
            Some(place) => place.replace(waker),
            None => {
                self.slots.push(Some(waker));
                None
            }
        }
    }

    /// Takes one waker out, see [`register`](Self::register).
    pub(super) fn remove(&mut self, slot: &Slot) -> Option<Waker> {
        self.slots.get_mut(slot.0?)?.take()
    }

    /// Lets other requests use the slot.
    pub(super) fn free(&mut self, slot: &Slot) {
        self.free.extend(slot.0);
    }

    /// Takes the wakers out. The requests keep their slots.
    pub(super) fn take(&mut self) -> Woken {
        let slots = self.slots.iter_mut();
        Woken(slots.filter_map(mem::take).collect())
    }
}

/// Wakers that were taken out to be woken.
#[derive(Debug)]
pub(super) struct Woken(SmallVec<[Waker; 2]>);

impl Woken {
    pub(super) fn wake_all(self) {
        for waker in self.0 {
            let _ = contain(|| waker.wake_by_ref());
            let _ = drop_contained(waker);
        }
    }
}
