//! The parts of the cache around the list that matter here, and requests for its results.

use std::{
    pin::Pin,
    sync::atomic::Ordering,
    task::{Context, Poll},
};

use futures_util::task::noop_waker_ref;
use shuttle::{future::block_on, sync::atomic::AtomicU64, thread};

use super::*;

/// A result is the time at which its call began. Each event has another time.
type Time = u64;

pub(super) struct World {
    single_flight: Arc<SingleFlight<Time>>,
    kept: Mutex<HashMap<Key, Time>>,
    time: AtomicU64,
    /// When the last completed forgetting of a key began.
    forgotten: Mutex<HashMap<Key, Time>>,
    pub(super) begun: Mutex<HashMap<Key, Vec<Time>>>,
    alive: AtomicU64,
}

impl World {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            single_flight: SingleFlight::new(),
            kept: Mutex::default(),
            time: AtomicU64::new(0),
            forgotten: Mutex::default(),
            begun: Mutex::default(),
            alive: AtomicU64::new(0),
        })
    }

    fn tick(&self) -> Time {
        self.time.fetch_add(1, Ordering::SeqCst)
    }

    /// Like `ResultCache::fetch`.
    fn fetch(self: &Arc<Self>, key: &Key) -> Result<Waiter<Time>, Time> {
        let settled = || self.kept.lock().unwrap().get(key).copied();
        let joined = self
            .single_flight
            .join_or_begin(joining(key), settled, |handle| {
                let time = self.tick();
                let mut begun = self.begun.lock().unwrap();
                begun.entry(Key::clone(key)).or_default().push(time);
                drop(begun);
                self.alive.fetch_add(1, Ordering::SeqCst);
                let alive = Alive(Arc::clone(self));
                let (world, key) = (Arc::clone(self), Key::clone(key));
                Box::pin(async move {
                    let _alive = alive;
                    for _ in 0..2 {
                        world.check_call(&key, time, &handle);
                        shuttle::future::yield_now().await;
                    }
                    world.check_call(&key, time, &handle);
                    world.keep(&key, time, &handle);
                    time
                })
            });
        joined.map(|(waiter, _)| waiter)
    }

    /// A call in progress is the last one of its key and on the list, unless the key was forgotten since.
    fn check_call(&self, key: &Key, time: Time, handle: &CallHandle<Time>) {
        let is_last = self.begun.lock().unwrap()[key].last() == Some(&time);
        let is_listed = self.single_flight.is_in_progress(key, Instant::now());
        if !(is_last && is_listed) {
            let is_forgotten = handle.is_forgotten();
            assert!(is_forgotten, "{time}: last {is_last}, listed {is_listed}");
        }
    }

    /// Like `Memory::insert`.
    fn keep(&self, key: &Key, time: Time, handle: &CallHandle<Time>) {
        let mut kept = self.kept.lock().unwrap();
        if handle.is_forgotten() {
            kept.remove(key);
        } else {
            let earlier = kept.insert(Key::clone(key), time);
            assert_eq!(earlier, None, "a needless call");
        }
    }

    /// Like `ResultCache::invalidate`.
    pub(super) fn forget(&self, key: &Key) {
        let time = self.tick();
        self.single_flight.forget(key);
        self.kept.lock().unwrap().remove(key);
        self.forgotten.lock().unwrap().insert(Key::clone(key), time);
    }

    /// A request, which gives up after this many polls.
    pub(super) fn request(self: &Arc<Self>, key: &Key, patience: Option<usize>) {
        let forgotten = self.forgotten.lock().unwrap().get(key).copied();
        let result = match self.fetch(key) {
            Err(kept) => Some(kept),
            Ok(waiter) => match patience {
                None => Some(block_on(waiter)),
                Some(polls) => poll(waiter, polls),
            },
        };
        if let Some(begun) = result {
            let is_newer = forgotten.is_none_or(|forgotten| begun > forgotten);
            assert!(is_newer, "the result is older than the forgetting");
        }
    }

    pub(super) fn check_end(&self) {
        assert_eq!(self.single_flight.len(), 0, "a call is still on the list");
        assert_eq!(
            self.alive.load(Ordering::SeqCst),
            0,
            "a call is still alive"
        );
    }
}

/// Polls without waiting to be woken, like a request that is cancelled.
fn poll(mut waiter: Waiter<Time>, polls: usize) -> Option<Time> {
    for _ in 0..polls {
        let mut context = Context::from_waker(noop_waker_ref());
        if let Poll::Ready(begun) = Pin::new(&mut waiter).poll(&mut context) {
            return Some(begun);
        }
        thread::yield_now();
    }
    None
}

/// Counts a call while it is alive.
struct Alive(Arc<World>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}
