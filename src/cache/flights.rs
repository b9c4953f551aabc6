//! Single flight: concurrent misses of one key make one call.
//!
//! All that wait for a call hold the same future, and whichever of them is polled drives it. So a call goes on
//! as long as one of them is there, needs no task of its own, and ends with the last of them.

// The model check runs every order in which threads can come to the lock.
#[cfg(all(test, shuttle))]
use shuttle::sync::{Mutex, MutexGuard};
#[cfg(not(all(test, shuttle)))]
use std::sync::{Mutex, MutexGuard};
use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    ptr,
    sync::{
        Arc, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use futures_util::{FutureExt, future::Shared};

use super::{
    key::{Key, KeyHash, key_hash},
    relay::Relay,
};

#[cfg(all(test, shuttle))]
mod model;

type Call<T> = Shared<Pin<Box<dyn Future<Output = T> + Send>>>;

type Calls<T> = HashMap<Key, Weak<Flight<T>>, KeyHash>;

/// The calls under way whose keys were not forgotten since, one of each key.
#[derive(Debug)]
pub(super) struct Flights<T> {
    calls: Mutex<Calls<T>>,
}

/// One call. Its end, or the last who drops it, takes it off the list.
#[derive(Debug)]
pub(super) struct Flight<T> {
    call: Call<T>,
    key: Key,
    flights: Weak<Flights<T>>,
    /// Whether its key was forgotten by name since it was begun. The mark ends with the call, so nothing is left
    /// behind, and calls of other keys do not see it.
    is_forgotten: AtomicBool,
    /// Once it has its answer, which may not be kept yet: how long others may join it.
    joinable_until: OnceLock<Instant>,
}

/// What a call knows of itself.
#[derive(Debug)]
pub(super) struct Ticket<T>(Weak<Flight<T>>);

impl<T> Ticket<T> {
    /// The call has its answer, which is fresh until then. What others are told from now on is newer.
    pub(super) fn has_answer(&self, fresh_until: Instant) {
        if let Some(flight) = self.0.upgrade() {
            let _ = flight.joinable_until.set(fresh_until);
        }
    }

    /// Whether the key was forgotten by name since the call was begun.
    pub(super) fn is_forgotten(&self) -> bool {
        let flight = self.0.upgrade();
        flight.is_none_or(|flight| flight.is_forgotten.load(Ordering::Acquire))
    }
}

/// Waiting for a call's result.
#[derive(Debug)]
pub(crate) struct Aboard<T> {
    call: Call<T>,
    relay: Relay,
    /// On the list for as long as somebody waits.
    _flight: Arc<Flight<T>>,
}

/// Whether a call was begun or joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boarded {
    Began,
    Joined,
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            calls: Mutex::new(HashMap::with_hasher(key_hash())),
        })
    }

    /// Joins the call of this key or begins it. `settled` may say, while no other call can begin or end, that the
    /// call has become needless.
    pub(super) fn board<S, F>(
        self: &Arc<Self>,
        key: Key,
        settled: impl FnOnce() -> Option<S>,
        call: impl FnOnce(Ticket<T>) -> F,
    ) -> Result<(Arc<Flight<T>>, Boarded), S>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut calls = self.calls();
        if let Some(flight) = under_way(&calls, &key) {
            return Ok((flight, Boarded::Joined));
        }
        if let Some(settled) = settled() {
            return Err(settled);
        }
        let flight = Arc::new_cyclic(|flight| {
            let call = call(Ticket(Weak::clone(flight)));
            Flight {
                call: landing(call, Weak::clone(flight)).boxed().shared(),
                key: Key::clone(&key),
                flights: Arc::downgrade(self),
                is_forgotten: AtomicBool::new(false),
                joinable_until: OnceLock::new(),
            }
        });
        calls.insert(key, Arc::downgrade(&flight));
        Ok((flight, Boarded::Began))
    }

    /// The call of this key, if there is one. A call that still shares an answer whose time is over is forgotten.
    pub(super) fn join(&self, key: &[u8], now: Instant) -> Option<Arc<Flight<T>>> {
        let flight = under_way(&self.calls(), key)?;
        if flight.is_joinable(now) {
            return Some(flight);
        }
        self.forget(key);
        None
    }

    /// Takes the call of this key off the list: nobody joins it any more, and its result is not kept.
    pub(super) fn forget(&self, key: &[u8]) {
        let mut calls = self.calls();
        let flight = calls.remove(key).and_then(|flight| flight.upgrade());
        flight.iter().for_each(Flight::mark);
        drop(calls);
        // Not under the lock: the last to hold a flight takes it off the list.
        drop(flight);
    }

    /// Forgets the call of this key if it has its answer already. One that still waits for it will have a newer one.
    pub(super) fn forget_answered(&self, key: &[u8]) {
        let flight = under_way(&self.calls(), key);
        if flight.is_some_and(|flight| flight.joinable_until.get().is_some()) {
            self.forget(key);
        }
    }

    /// Forgets all calls whose keys are of the kind.
    pub(super) fn forget_all(&self, is_of_kind: impl Fn(&[u8]) -> bool) {
        let mut flights = Vec::new();
        let mut calls = self.calls();
        calls.retain(|key, flight| {
            let is_forgotten = is_of_kind(key);
            if is_forgotten {
                flights.extend(flight.upgrade());
            }
            !is_forgotten
        });
        flights.iter().for_each(Flight::mark);
        drop(calls);
        drop(flights);
    }

    /// Whether there is a call of this key that can be joined.
    pub(super) fn is_under_way(&self, key: &[u8], now: Instant) -> bool {
        let flight = under_way(&self.calls(), key);
        flight.is_some_and(|flight| flight.is_joinable(now))
    }
}

impl<T> Flights<T> {
    pub(super) fn len(&self) -> usize {
        self.calls().len()
    }

    fn calls(&self) -> MutexGuard<'_, Calls<T>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn under_way<T>(calls: &Calls<T>, key: &[u8]) -> Option<Arc<Flight<T>>> {
    calls.get(key)?.upgrade()
}

/// Lands as soon as it ends: what comes later begins another.
async fn landing<T>(call: impl Future<Output = T>, flight: Weak<Flight<T>>) -> T {
    let result = call.await;
    if let Some(flight) = flight.upgrade() {
        flight.land();
    }
    result
}

impl<T: Clone> Flight<T> {
    /// The call's result, driven by whoever asks for it.
    pub(super) fn result(self: Arc<Self>) -> Aboard<T> {
        Aboard {
            call: self.call.clone(),
            relay: Relay::default(),
            _flight: self,
        }
    }
}

impl<T: Clone> Future for Aboard<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let waker = this.relay.to(context.waker());
        this.call.poll_unpin(&mut Context::from_waker(&waker))
    }
}

impl<T> Flight<T> {
    fn mark(flight: &Arc<Self>) {
        flight.is_forgotten.store(true, Ordering::Release);
    }

    fn is_joinable(&self, now: Instant) -> bool {
        self.joinable_until.get().is_none_or(|until| now < *until)
    }

    /// Takes this call off the list. Another one of the same key stays.
    fn land(&self) {
        let Some(flights) = self.flights.upgrade() else {
            return;
        };
        let mut calls = flights.calls();
        // Its place in memory is its own for as long as the list knows of it.
        if calls
            .get(&self.key)
            .is_some_and(|flight| ptr::eq(flight.as_ptr(), self))
        {
            calls.remove(&self.key);
        }
    }
}

impl<T> Drop for Flight<T> {
    fn drop(&mut self) {
        self.land();
    }
}

#[cfg(test)]
mod tests;
