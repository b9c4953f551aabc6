//! A model check: threads that ask, give up and forget, in the orders that shuttle makes up. A thread can be
//! interrupted wherever it takes a lock or touches an atomic, and between two polls.

use std::{
    sync::atomic::AtomicBool,
    task::{Context, Poll},
};

use futures_util::task::noop_waker_ref;
use shuttle::{
    Config, Runner,
    future::block_on,
    rand::{Rng, thread_rng},
    scheduler::{DfsScheduler, PctScheduler, RandomScheduler, Scheduler},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

use super::*;

const ITERATIONS: usize = 10_000;
const KEYS: [&[u8]; 2] = [b"a", b"b"];

/// A result is the epoch in which its call was begun.
type Epoch = u64;

/// The cache around the list, as little of it as matters: what it keeps, and what it has forgotten.
struct World {
    flights: Arc<Flights<Epoch>>,
    kept: Mutex<HashMap<Key, Epoch>>,
    epoch: AtomicU64,
    /// The epoch that began when a key was forgotten, once that was done.
    forgotten: Mutex<HashMap<Key, Epoch>>,
    begun: Mutex<Begun>,
    alive: AtomicU64,
}

#[derive(Default)]
struct Begun {
    count: HashMap<Key, u64>,
    /// Each key's call that was begun last.
    last: HashMap<Key, u64>,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            flights: Flights::new(),
            kept: Mutex::default(),
            epoch: AtomicU64::new(0),
            forgotten: Mutex::default(),
            begun: Mutex::default(),
            alive: AtomicU64::new(0),
        })
    }

    /// As `ResultCache::fetch` does.
    fn board(self: &Arc<Self>, key: &Key) -> Result<Arc<Flight<Epoch>>, Epoch> {
        let epoch = self.epoch.load(Ordering::SeqCst);
        let settled = || self.kept.lock().unwrap().get(key).copied();
        let boarded = self.flights.board(Key::clone(key), epoch, settled, || {
            let number = {
                let mut begun = self.begun.lock().unwrap();
                let count = begun.count.entry(Key::clone(key)).or_default();
                *count += 1;
                let number = *count;
                begun.last.insert(Key::clone(key), number);
                number
            };
            self.alive.fetch_add(1, Ordering::SeqCst);
            let alive = Alive(Arc::clone(self));
            let (world, key) = (Arc::clone(self), Key::clone(key));
            async move {
                let _alive = alive;
                for _ in 0..2 {
                    world.check_call(&key, number, epoch);
                    shuttle::future::yield_now().await;
                }
                world.check_call(&key, number, epoch);
                world.keep(&key, epoch);
                epoch
            }
        });
        boarded.map(|(flight, _)| flight)
    }

    /// A call that goes on is the only one of its key, and listed, unless something was forgotten since.
    fn check_call(&self, key: &Key, number: u64, epoch: Epoch) {
        let is_last = self.begun.lock().unwrap().last.get(key) == Some(&number);
        let is_listed = self.flights.is_under_way(key);
        if !(is_last && is_listed) {
            let now = self.epoch.load(Ordering::SeqCst);
            assert!(now > epoch, "{number}: last {is_last}, listed {is_listed}");
        }
    }

    /// As `Memory::insert` does.
    fn keep(&self, key: &Key, epoch: Epoch) {
        let mut kept = self.kept.lock().unwrap();
        if epoch == self.epoch.load(Ordering::SeqCst) {
            let earlier = kept.insert(Key::clone(key), epoch);
            assert_eq!(earlier, None, "a call that was needless");
        }
    }

    /// As `Memory::remove` does.
    fn forget(&self, key: &Key) {
        let epoch = self.epoch.fetch_add(1, Ordering::SeqCst) + 1;
        self.kept.lock().unwrap().remove(key);
        let mut forgotten = self.forgotten.lock().unwrap();
        forgotten.insert(Key::clone(key), epoch);
    }

    /// One request, which is given up after so many polls.
    fn request(self: &Arc<Self>, key: &Key, patience: Option<usize>) {
        let forgotten = self.forgotten.lock().unwrap().get(key).copied();
        let result = match self.board(key) {
            Err(kept) => Some(kept),
            Ok(flight) => match patience {
                None => Some(block_on(flight.result())),
                Some(polls) => poll(flight, polls),
            },
        };
        if let Some(begun) = result {
            assert!(
                Some(begun) >= forgotten,
                "a result from before the forgetting"
            );
        }
    }

    fn check_end(&self) {
        assert_eq!(self.flights.len(), 0, "something is left on the list");
        assert_eq!(self.alive.load(Ordering::SeqCst), 0, "a call is left");
    }
}

/// Polls without waiting to be woken, as a request that is cancelled.
fn poll(flight: Arc<Flight<Epoch>>, polls: usize) -> Option<Epoch> {
    let mut result = Box::pin(flight.result());
    for _ in 0..polls {
        let mut context = Context::from_waker(noop_waker_ref());
        if let Poll::Ready(begun) = result.as_mut().poll(&mut context) {
            return Some(begun);
        }
        thread::yield_now();
    }
    None
}

/// Counts a call as long as it is there.
struct Alive(Arc<World>);

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::SeqCst);
    }
}

fn run(scheduler: impl Scheduler + 'static, scene: impl Fn() + Send + Sync + 'static) -> usize {
    Runner::new(scheduler, Config::default()).run(scene)
}

fn run_together(threads: impl IntoIterator<Item = Box<dyn FnOnce() + Send>>) {
    let threads: Vec<_> = threads.into_iter().map(thread::spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

fn spawned(work: impl FnOnce() + Send + 'static) -> Box<dyn FnOnce() + Send> {
    Box::new(work)
}

/// Nobody gives up and nothing is forgotten: each key has one call.
fn patient_requests() {
    let world = World::new();
    run_together((0..4).map(|number| {
        let world = Arc::clone(&world);
        spawned(move || world.request(&KEYS[number % 2].into(), None))
    }));
    let counts = &world.begun.lock().unwrap().count;
    assert!(counts.values().all(|count| *count == 1), "{counts:?}");
    world.check_end();
}

/// Requests of two keys, some of which are given up, while results are forgotten.
fn everything() {
    let world = World::new();
    let requests = (0..5).map(|_| {
        let world = Arc::clone(&world);
        spawned(move || {
            let key = KEYS[thread_rng().gen_range(0..2)].into();
            let patience = thread_rng().gen_range(0..6);
            world.request(&key, (patience < 4).then_some(patience));
        })
    });
    let forgetting = Arc::clone(&world);
    let forgetting = spawned(move || {
        for key in KEYS {
            forgetting.forget(&key.into());
        }
    });
    run_together(requests.chain([forgetting]));
    world.check_end();
}

/// A call that was begun, seen without a lock of shuttle's: looking makes no more orders.
struct Seen {
    epoch: Epoch,
    flight: Weak<Flight<Epoch>>,
    ended: Arc<AtomicBool>,
}

impl Seen {
    fn is_live(&self) -> bool {
        self.flight.strong_count() > 0 && !self.ended.load(Ordering::SeqCst)
    }
}

/// Each with its epoch, and whether it sees its call to the end or leaves it.
type Visitor = (Epoch, bool);

/// The list alone.
fn bare_list(visitors: [Visitor; 2]) {
    let flights = Flights::new();
    let seen = Arc::new(std::sync::Mutex::new(Vec::<Seen>::new()));
    run_together(visitors.map(|(epoch, ends)| {
        let (flights, seen) = (Arc::clone(&flights), Arc::clone(&seen));
        spawned(move || {
            let ended = Arc::new(AtomicBool::new(false));
            let call = || {
                let seen = seen.lock().unwrap();
                let mut rivals = seen.iter().filter(|other| other.epoch >= epoch);
                assert!(!rivals.any(Seen::is_live), "two calls at once");
                let ended = Arc::clone(&ended);
                async move {
                    ended.store(true, Ordering::SeqCst);
                    epoch
                }
            };
            let boarded = flights.board(KEYS[0].into(), epoch, || None::<()>, call);
            let (flight, boarded) = boarded.unwrap();
            if boarded == Boarded::Began {
                seen.lock().unwrap().push(Seen {
                    epoch,
                    flight: Arc::downgrade(&flight),
                    ended,
                });
            }
            thread::yield_now();
            if ends {
                poll(flight, 1);
            }
        })
    }));
    assert_eq!(flights.len(), 0);
}

#[test]
fn one_call_for_each_key() {
    run(
        RandomScheduler::new_from_seed(1, ITERATIONS),
        patient_requests,
    );
    run(
        PctScheduler::new_from_seed(2, 3, ITERATIONS),
        patient_requests,
    );
}

#[test]
fn giving_up_and_forgetting_leave_nothing_and_mix_nothing_up() {
    run(RandomScheduler::new_from_seed(3, ITERATIONS), everything);
    run(PctScheduler::new_from_seed(4, 4, ITERATIONS), everything);
}

#[test]
fn every_order_in_which_two_come_to_the_list() {
    let visitors = [(0, true), (0, false), (1, true), (1, false)];
    let mut orders = 0;
    for first in visitors {
        for second in visitors {
            let every = DfsScheduler::new(None, false);
            orders += run(every, move || bare_list([first, second]));
        }
    }
    println!("{orders} orders");
}
