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
    sync::{Arc, PoisonError, Weak},
    task::{Context, Poll},
};

use futures_util::{FutureExt, future::Shared};

use super::key::{Key, KeyHash, key_hash};

#[cfg(all(test, shuttle))]
mod model;

type Call<T> = Shared<Pin<Box<dyn Future<Output = T> + Send>>>;

/// Each with the epoch in which it was begun: what was forgotten since is not to be had from it.
type Calls<T> = HashMap<Key, (u64, Weak<Flight<T>>), KeyHash>;

/// The newest calls under way, by their keys.
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
}

/// Waiting for a call's result.
#[derive(Debug)]
pub(crate) struct Aboard<T> {
    call: Call<T>,
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

    /// Joins the call of this key, if it was begun in this epoch or a later one, or begins it. `settled` may say,
    /// while no other call can begin or end, that the call has become needless.
    pub(super) fn board<S, F>(
        self: &Arc<Self>,
        key: Key,
        epoch: u64,
        settled: impl FnOnce() -> Option<S>,
        call: impl FnOnce() -> F,
    ) -> Result<(Arc<Flight<T>>, Boarded), S>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut calls = self.calls();
        if let Some(flight) = under_way(&calls, &key, epoch) {
            return Ok((flight, Boarded::Joined));
        }
        if let Some(settled) = settled() {
            return Err(settled);
        }
        let flight = Arc::new_cyclic(|flight| Flight {
            call: landing(call(), Weak::clone(flight)).boxed().shared(),
            key: Key::clone(&key),
            flights: Arc::downgrade(self),
        });
        calls.insert(key, (epoch, Arc::downgrade(&flight)));
        Ok((flight, Boarded::Began))
    }

    /// The call of this key, if there is one that was begun in this epoch or a later one.
    pub(super) fn join(&self, key: &[u8], epoch: u64) -> Option<Arc<Flight<T>>> {
        under_way(&self.calls(), key, epoch)
    }

    pub(super) fn is_under_way(&self, key: &[u8]) -> bool {
        self.calls()
            .get(key)
            .is_some_and(|(_, flight)| flight.strong_count() > 0)
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

fn under_way<T>(calls: &Calls<T>, key: &[u8], epoch: u64) -> Option<Arc<Flight<T>>> {
    let call = calls.get(key).filter(|(begun, _)| *begun >= epoch);
    call.and_then(|(_, flight)| flight.upgrade())
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
            _flight: self,
        }
    }
}

impl<T: Clone> Future for Aboard<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.call.poll_unpin(context)
    }
}

impl<T> Flight<T> {
    /// Takes this call off the list. Another one of the same key stays.
    fn land(&self) {
        let Some(flights) = self.flights.upgrade() else {
            return;
        };
        let mut calls = flights.calls();
        // Its place in memory is its own for as long as the list knows of it.
        if calls
            .get(&self.key)
            .is_some_and(|(_, flight)| ptr::eq(flight.as_ptr(), self))
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
