//! Single flight: concurrent misses of one key make one call.
//!
//! All that wait for a call hold the same future, and whichever of them is polled drives it. So a call goes on
//! as long as one of them is there, needs no task of its own, and ends with the last of them.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use futures_util::{FutureExt, future::Shared};

use super::key::Key;

type Call<T> = Shared<Pin<Box<dyn Future<Output = T> + Send>>>;

/// Each with the epoch in which it was begun: what was forgotten since is not to be had from it.
type Calls<T> = HashMap<Key, (u64, Weak<Flight<T>>)>;

/// The calls under way, by their keys.
#[derive(Debug)]
pub(super) struct Flights<T> {
    calls: Mutex<Calls<T>>,
}

/// One call. The last who drops it takes it off the list.
#[derive(Debug)]
pub(super) struct Flight<T> {
    call: Call<T>,
    key: Key,
    flights: Weak<Flights<T>>,
}

/// Whether a call was begun or joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Boarded {
    Began,
    Joined,
}

impl<T: Clone + Send + Sync + 'static> Flights<T> {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            calls: Mutex::default(),
        })
    }

    /// Joins the call of this key and epoch, or begins it. `settled` may say, while no other call can begin or end, that
    /// the call has become needless.
    pub(super) fn board<S>(
        self: &Arc<Self>,
        key: Key,
        epoch: u64,
        settled: impl FnOnce() -> Option<S>,
        call: impl FnOnce() -> Pin<Box<dyn Future<Output = T> + Send>>,
    ) -> Result<(Arc<Flight<T>>, Boarded), S> {
        let mut calls = self.calls();
        let flight = calls.get(&key).filter(|(begun, _)| *begun == epoch);
        if let Some(flight) = flight.and_then(|(_, flight)| flight.upgrade()) {
            return Ok((flight, Boarded::Joined));
        }
        if let Some(settled) = settled() {
            return Err(settled);
        }
        let flight = Arc::new(Flight {
            call: call().shared(),
            key: Key::clone(&key),
            flights: Arc::downgrade(self),
        });
        calls.insert(key, (epoch, Arc::downgrade(&flight)));
        Ok((flight, Boarded::Began))
    }

    /// Takes a call off the list: what comes later begins another. A later call of the same key stays.
    pub(super) fn land(&self, key: &[u8], epoch: u64) {
        let mut calls = self.calls();
        if calls.get(key).is_some_and(|(begun, _)| *begun == epoch) {
            calls.remove(key);
        }
    }

    pub(super) fn is_under_way(&self, key: &[u8]) -> bool {
        self.calls()
            .get(key)
            .is_some_and(|(_, flight)| flight.strong_count() > 0)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.calls().len()
    }

    fn calls(&self) -> MutexGuard<'_, Calls<T>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Flight<T> {
    /// The call's result, driven by whoever asks for it.
    pub(super) async fn result(self: Arc<Self>) -> T {
        self.call.clone().await
    }
}

impl<T> Drop for Flight<T> {
    /// A later call of the same key stays.
    fn drop(&mut self) {
        let Some(flights) = self.flights.upgrade() else {
            return;
        };
        let mut calls = flights.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls
            .get(&self.key)
            .is_some_and(|(_, flight)| flight.strong_count() == 0)
        {
            calls.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::Poll,
    };

    use tokio::sync::oneshot;
    use tokio_test::{assert_pending, assert_ready_eq, task};

    use super::*;

    struct Board {
        flights: Arc<Flights<u32>>,
        count: Arc<AtomicUsize>,
    }

    impl Board {
        fn new() -> Self {
            Self {
                flights: Flights::new(),
                count: Arc::default(),
            }
        }

        fn board(&self, answer: oneshot::Receiver<u32>) -> impl Future<Output = u32> + use<> {
            let count = Arc::clone(&self.count);
            let flights = Arc::clone(&self.flights);
            let call = move || async move {
                count.fetch_add(1, Ordering::SeqCst);
                let answer = answer.await.unwrap();
                flights.land(b"k", 0);
                answer
            };
            let boarded =
                self.flights
                    .board(b"k"[..].into(), 0, || None::<()>, || Box::pin(call()));
            let (flight, _) = boarded.unwrap();
            flight.result()
        }

        fn count(&self) -> usize {
            self.count.load(Ordering::SeqCst)
        }
    }

    #[test]
    fn one_call_answers_all() {
        let calls = Board::new();
        let (answer, first) = oneshot::channel();
        let mut waiters: Vec<_> = (0..100)
            .map(|_| task::spawn(calls.board(oneshot::channel().1)))
            .collect();
        // The first to come began the call, with a channel whose other end is gone; so begin anew.
        waiters.clear();
        assert_eq!(calls.flights.len(), 0);
        let mut leader = task::spawn(calls.board(first));
        let mut waiters: Vec<_> = (0..100)
            .map(|_| task::spawn(calls.board(oneshot::channel().1)))
            .collect();
        assert_pending!(leader.poll());
        waiters
            .iter_mut()
            .for_each(|waiter| assert_pending!(waiter.poll()));
        answer.send(7).unwrap();
        waiters
            .iter_mut()
            .for_each(|waiter| assert_eq!(waiter.poll(), Poll::Ready(7)));
        assert_ready_eq!(leader.poll(), 7);
        assert_eq!(calls.count(), 1);
        drop((leader, waiters));
        assert_eq!(calls.flights.len(), 0);
    }

    #[test]
    fn the_call_goes_on_without_who_began_it() {
        let calls = Board::new();
        let (answer, first) = oneshot::channel();
        let mut leader = task::spawn(calls.board(first));
        assert_pending!(leader.poll());
        let mut waiter = task::spawn(calls.board(oneshot::channel().1));
        assert_pending!(waiter.poll());
        drop(leader);
        answer.send(7).unwrap();
        assert!(waiter.is_woken());
        assert_ready_eq!(waiter.poll(), 7);
        assert_eq!(calls.count(), 1);
    }

    #[test]
    fn when_all_have_gone_nothing_is_left() {
        let calls = Board::new();
        let (answer, first) = oneshot::channel();
        let mut leader = task::spawn(calls.board(first));
        assert_pending!(leader.poll());
        let waiter = task::spawn(calls.board(oneshot::channel().1));
        drop(leader);
        drop(waiter);
        assert!(answer.is_closed(), "the call itself has ended");
        assert_eq!(calls.flights.len(), 0);
    }

    #[test]
    fn the_end_of_one_call_does_not_disturb_the_next() {
        let calls = Board::new();
        let (answer, first) = oneshot::channel();
        let mut slow_reader = task::spawn(calls.board(first));
        assert_pending!(slow_reader.poll());
        answer.send(1).unwrap();
        assert_ready_eq!(slow_reader.poll(), 1);
        let (answer, second) = oneshot::channel();
        let mut next = task::spawn(calls.board(second));
        assert_pending!(next.poll());
        drop(slow_reader);
        assert_eq!(calls.flights.len(), 1);
        let mut joined = task::spawn(calls.board(oneshot::channel().1));
        assert_pending!(joined.poll());
        answer.send(2).unwrap();
        assert_eq!(joined.poll(), Poll::Ready(2));
        assert_ready_eq!(next.poll(), 2);
        assert_eq!(calls.count(), 2);
    }
}
