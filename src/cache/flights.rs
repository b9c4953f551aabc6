//! Single flight: concurrent misses of one key share one call.
//!
//! All requests that wait for a call hold the same future. Whichever of them is polled drives it. So a call needs no
//! task of its own, and is dropped when the last request that waits for it is dropped.

// The model check replaces the lock, so that it can run threads in every order.
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

use self::order::{AskedAt, Order};
pub(crate) use self::ticket::Ticket;
use super::{
    key::{Key, KeyHash, key_hash},
    relay::Relay,
};

#[cfg(all(test, shuttle))]
mod model;
mod order;
mod ticket;

type Call<T> = Shared<Pin<Box<dyn Future<Output = T> + Send>>>;

type Calls<T> = HashMap<Key, Weak<Flight<T>>, KeyHash>;

/// The calls under way, one for each key. A call leaves the list when its key is forgotten.
#[derive(Debug)]
pub(super) struct Flights<T> {
    calls: Mutex<Calls<T>>,
    order: Order,
}

/// A call. It leaves the list when it ends, or when the last request that waits for it is dropped.
#[derive(Debug)]
pub(super) struct Flight<T> {
    call: Call<T>,
    key: Key,
    flights: Weak<Flights<T>>,
    /// Whether the key was forgotten since the call began. The mark is part of the call, so it does not outlive the call
    /// or affect other keys.
    is_forgotten: AtomicBool,
    /// Set when the call has its answer, which may not be cached yet: until when others may join it.
    joinable_until: OnceLock<Instant>,
    asked: AskedAt,
}

/// A request's share in a call: a future of the call's result.
#[derive(Debug)]
pub(crate) struct Aboard<T> {
    call: Call<T>,
    relay: Relay,
    /// Keeps the call on the list while this request waits.
    _flight: Arc<Flight<T>>,
}

/// Whether a request began its call or joined another one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Boarded {
    Began,
    Joined,
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            calls: Mutex::new(HashMap::with_hasher(key_hash())),
            order: Order::default(),
        })
    }

    /// Joins the call of this key or begins one. `settled` runs while no other call can begin or end. If it returns a
    /// value, no call is needed.
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
            let call = call(Ticket::new(flight));
            Flight {
                call: landing(call, Weak::clone(flight)).boxed().shared(),
                key: Key::clone(&key),
                flights: Arc::downgrade(self),
                is_forgotten: AtomicBool::new(false),
                joinable_until: OnceLock::new(),
                asked: AskedAt::default(),
            }
        });
        calls.insert(key, Arc::downgrade(&flight));
        Ok((flight, Boarded::Began))
    }

    /// The call of this key, if there is one. Forgets a call whose answer is no longer fresh.
    pub(super) fn join(&self, key: &Key, now: Instant) -> Option<Arc<Flight<T>>> {
        self.forget_if(key, |flight| !flight.is_joinable(now))
    }

    /// Removes the call of this key from the list. No request can join it any more, and its result is not cached.
    pub(super) fn forget(&self, key: &Key) {
        self.forget_if(key, |_| true);
    }

    /// Forgets the call of this key if its answer is or may become older than that of a call which is not on the list.
    pub(super) fn forget_older(&self, key: &Key, newer: &Ticket<T>) {
        let Some(newer) = newer.flight() else {
            return;
        };
        self.forget_if(key, |flight| {
            let has_answer = flight.joinable_until.get().is_some();
            has_answer || flight.asked.may_be_before(&newer.asked)
        });
    }

    /// Forgets the call of this key if the condition holds. Returns the call if it stays on the list.
    fn forget_if(
        &self,
        key: &Key,
        condition: impl FnOnce(&Flight<T>) -> bool,
    ) -> Option<Arc<Flight<T>>> {
        let mut calls = self.calls();
        let flight = under_way(&calls, key)?;
        let stays = !condition(&flight);
        if !stays {
            flight.mark();
            calls.remove(key);
        }
        // Release the lock before the flight is dropped, since the last reference locks the list to leave it.
        drop(calls);
        stays.then_some(flight)
    }

    /// Forgets all calls whose keys match.
    pub(super) fn forget_all(&self, is_of_kind: impl Fn(&Key) -> bool) {
        let mut flights = Vec::new();
        let mut calls = self.calls();
        calls.retain(|key, flight| {
            let is_forgotten = is_of_kind(key);
            if is_forgotten {
                flights.extend(flight.upgrade());
            }
            !is_forgotten
        });
        flights.iter().for_each(|flight| flight.mark());
        drop(calls);
        drop(flights);
    }

    /// Whether there is a call of this key to join.
    pub(super) fn is_under_way(&self, key: &Key, now: Instant) -> bool {
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

fn under_way<T>(calls: &Calls<T>, key: &Key) -> Option<Arc<Flight<T>>> {
    calls.get(key)?.upgrade()
}

/// Leaves the list when the call ends, so that a later request begins another call.
async fn landing<T>(call: impl Future<Output = T>, flight: Weak<Flight<T>>) -> T {
    let result = call.await;
    if let Some(flight) = flight.upgrade() {
        flight.land();
    }
    result
}

impl<T: Clone> Flight<T> {
    /// The call's result. Polling it drives the call.
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
    fn mark(&self) {
        self.is_forgotten.store(true, Ordering::Release);
    }

    fn is_joinable(&self, now: Instant) -> bool {
        self.joinable_until.get().is_none_or(|until| now < *until)
    }

    /// Removes this call from the list, but not another call of the same key.
    fn land(&self) {
        let Some(flights) = self.flights.upgrade() else {
            return;
        };
        let mut calls = flights.calls();
        // The list's weak reference keeps the allocation, so no other flight can have the same address.
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
