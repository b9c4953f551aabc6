//! Single flight: concurrent misses of one key share one call.
//!
//! All requests that wait for a call share it, and polling any of them drives it. So a call needs no task of its own,
//! and is dropped when the last request that waits for it is dropped.

use std::{
    collections::{HashMap, hash_map::Entry},
    future::Future,
    pin::Pin,
    sync::{Arc, PoisonError},
    time::Instant,
};

pub(crate) use self::{flight::Aboard, ticket::Ticket};
use self::{flight::Flight, order::Order};
use super::{
    key::{Key, KeyHash, key_hash},
    shared::revocations::Begun,
};
use crate::primitives::sync::{Mutex, MutexGuard};

mod flight;
#[cfg(all(test, shuttle))]
mod model;
mod order;
mod ticket;
mod wakers;

/// The calls in progress, one for each key. A call leaves the list when its key is forgotten.
#[derive(Debug)]
pub(super) struct Flights<T> {
    calls: Mutex<Calls<T>>,
    order: Order,
}

#[derive(Debug)]
struct Calls<T> {
    by_key: HashMap<Key, Arc<Flight<T>>, KeyHash>,
    /// The memory of a call that has ended, for the next one.
    spare: Option<Arc<Flight<T>>>,
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
            calls: Mutex::new(Calls {
                by_key: HashMap::with_hasher(key_hash()),
                spare: None,
            }),
            order: Order::default(),
        })
    }

    /// Joins the call of this key or begins one. Forgets a call whose answer is no longer fresh or may have been
    /// revoked. `settled` runs while no other call can begin or end. If it returns a value, no call is needed.
    pub(super) fn board<S, F>(
        self: &Arc<Self>,
        key: &Key,
        (now, begun): (Instant, Option<Begun>),
        settled: impl FnOnce() -> Option<S>,
        call: impl FnOnce(Ticket<T>) -> Pin<Box<F>>,
    ) -> Result<(Aboard<T>, Boarded), S>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut calls = self.calls();
        let Calls { by_key, spare } = &mut *calls;
        let entry = by_key.entry(Key::clone(key));
        if let Entry::Occupied(entry) = &entry {
            let flight = entry.get();
            if !flight.is_joinable(now) {
                flight.mark();
            } else if let Some(aboard) = flight.join() {
                return Ok((aboard, Boarded::Joined));
            }
        }
        if let Some(settled) = settled() {
            return Err(settled);
        }
        let call = |flight: &_| call(Ticket::new(flight));
        let flight = Flight::begin(Key::clone(key), begun, self, spare.take(), call);
        entry.insert_entry(Arc::clone(&flight));
        Ok((Aboard::new(flight), Boarded::Began))
    }

    /// Removes the call of this key from the list. No request can join it any more, and its result is not cached.
    pub(super) fn forget(&self, key: &Key) {
        self.forget_if(key, |_| true);
    }

    /// Forgets the call of this key if its answer is or may become older than that of a call which is not on the list.
    pub(super) fn forget_older(&self, key: &Key, newer: &Ticket<T>) {
        self.forget_if(key, |flight| flight.may_be_older_than(newer.flight()));
    }

    /// Forgets the call of this key if the condition holds.
    fn forget_if(&self, key: &Key, condition: impl FnOnce(&Flight<T>) -> bool) {
        let mut calls = self.calls();
        let flight = calls.by_key.get(key);
        if let Some(flight) = flight.filter(|flight| condition(flight)) {
            flight.mark();
            calls.by_key.remove(key);
        }
    }

    /// Forgets all calls whose keys match.
    pub(super) fn forget_all(&self, is_of_kind: impl Fn(&Key) -> bool) {
        self.calls().by_key.retain(|key, flight| {
            let is_forgotten = is_of_kind(key);
            if is_forgotten {
                flight.mark();
            }
            !is_forgotten
        });
    }

    /// Whether there is a call of this key to join.
    pub(super) fn is_under_way(&self, key: &Key, now: Instant) -> bool {
        let calls = self.calls();
        let flight = calls.by_key.get(key);
        flight.is_some_and(|flight| flight.is_joinable(now) && flight.is_awaited())
    }
}

impl<T> Flights<T> {
    pub(super) fn len(&self) -> usize {
        self.calls().by_key.len()
    }

    /// Removes this call from the list, but not another call of the same key.
    fn remove(&self, flight: &Arc<Flight<T>>) {
        let mut calls = self.calls();
        let listed = calls.by_key.remove(flight.key());
        if let Some(other) = listed.filter(|listed| !Arc::ptr_eq(listed, flight)) {
            calls.by_key.insert(Key::clone(other.key()), other);
        }
    }

    /// Keeps the memory of a call that has ended.
    fn keep(&self, ended: Arc<Flight<T>>) {
        self.calls().spare = Some(ended);
    }

    fn calls(&self) -> MutexGuard<'_, Calls<T>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
