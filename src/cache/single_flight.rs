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

use self::{call::Call, order::Order};
pub(crate) use self::{handle::CallHandle, waiter::Waiter};
use super::{
    key::{Key, KeyHash, key_hash},
    shared::revocations::Begun,
};
use crate::primitives::sync::{Mutex, MutexGuard};

mod call;
mod handle;
#[cfg(all(test, shuttle))]
mod model;
mod order;
mod waiter;
mod wakers;

/// The calls in progress, one for each key. A call leaves the list when its key is forgotten.
#[derive(Debug)]
pub(super) struct SingleFlight<T> {
    calls: Mutex<Calls<T>>,
    order: Order,
}

#[derive(Debug)]
struct Calls<T> {
    by_key: HashMap<Key, Arc<Call<T>>, KeyHash>,
    /// The memory of a call that has ended, for the next one.
    spare: Option<Arc<Call<T>>>,
}

/// A request that looks for a call.
pub(super) struct Joining<'k> {
    pub(super) key: &'k Key,
    pub(super) now: Instant,
    /// What the call would know of revocations, if it begins now.
    pub(super) begun: Option<Begun>,
}

/// The part of a request in its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// It began the call.
    Leader,
    /// It joined the call of another request.
    Follower,
}

impl<T: Clone + Send + Sync + 'static> SingleFlight<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            calls: Mutex::new(Calls {
                by_key: HashMap::with_hasher(key_hash()),
                spare: None,
            }),
            order: Order::default(),
        })
    }

    /// Joins the call of this key or begins one. Forgets a call that requests may no longer join, because its answer may
    /// be too old, or revoked. If `settled` returns a value, no call is needed.
    ///
    /// `settled` and `future` run while the list is locked, so that no other call can begin or end. They must not use the
    /// list, or wait for a lock that is held while the list is used.
    pub(super) fn join_or_begin<S, F>(
        self: &Arc<Self>,
        Joining { key, now, begun }: Joining<'_>,
        settled: impl FnOnce() -> Option<S>,
        future: impl FnOnce(CallHandle<T>) -> Pin<Box<F>>,
    ) -> Result<(Waiter<T>, Role), S>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut calls = self.calls();
        let Calls { by_key, spare } = &mut *calls;
        let entry = by_key.entry(Key::clone(key));
        if let Entry::Occupied(entry) = &entry {
            let call = entry.get();
            if !call.is_joinable(now) {
                call.mark_forgotten();
            } else if call.join() {
                return Ok((Waiter::new(Arc::clone(call)), Role::Follower));
            }
        }
        if let Some(settled) = settled() {
            return Err(settled);
        }
        let future = |call: &_| future(CallHandle::new(call));
        let call = Call::begin(Key::clone(key), begun, self, spare.take(), future);
        entry.insert_entry(Arc::clone(&call));
        Ok((Waiter::new(call), Role::Leader))
    }

    /// Removes the call of this key from the list. No request can join it any more, and its result is not cached.
    pub(super) fn forget(&self, key: &Key) {
        self.forget_if(key, |_| true);
    }

    /// Forgets the call of this key if its answer is or may become older than that of a call which is not on the list.
    pub(super) fn forget_older(&self, key: &Key, newer: &CallHandle<T>) {
        self.forget_if(key, |call| call.may_be_older_than(newer.call()));
    }

    /// Forgets the call of this key if the condition holds.
    fn forget_if(&self, key: &Key, condition: impl FnOnce(&Call<T>) -> bool) {
        let mut calls = self.calls();
        let call = calls.by_key.get(key);
        if let Some(call) = call.filter(|call| condition(call)) {
            call.mark_forgotten();
            calls.by_key.remove(key);
        }
    }

    /// Forgets all calls whose keys match.
    pub(super) fn forget_all(&self, is_of_kind: impl Fn(&Key) -> bool) {
        self.calls().by_key.retain(|key, call| {
            let is_forgotten = is_of_kind(key);
            if is_forgotten {
                call.mark_forgotten();
            }
            !is_forgotten
        });
    }

    /// Whether there is a call of this key to join.
    pub(super) fn is_in_progress(&self, key: &Key, now: Instant) -> bool {
        let calls = self.calls();
        let call = calls.by_key.get(key);
        call.is_some_and(|call| call.is_joinable(now) && call.is_awaited())
    }
}

impl<T> SingleFlight<T> {
    pub(super) fn len(&self) -> usize {
        self.calls().by_key.len()
    }

    /// Removes this call from the list, but not another call of the same key.
    fn remove(&self, call: &Arc<Call<T>>) {
        let mut calls = self.calls();
        let listed = calls.by_key.remove(call.key());
        if let Some(other) = listed.filter(|listed| !Arc::ptr_eq(listed, call)) {
            calls.by_key.insert(Key::clone(other.key()), other);
        }
    }

    /// Keeps the memory of a call that has ended.
    fn keep(&self, ended: Arc<Call<T>>) {
        self.calls().spare = Some(ended);
    }

    fn calls(&self) -> MutexGuard<'_, Calls<T>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of now, without revocations.
#[cfg(test)]
fn joining(key: &Key) -> Joining<'_> {
    Joining {
        key,
        now: Instant::now(),
        begun: None,
    }
}

#[cfg(test)]
mod tests;
