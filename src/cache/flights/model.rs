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
    sync::atomic::AtomicU64,
    thread,
};

use super::*;

const ITERATIONS: usize = 10_000;
const KEYS: [&[u8]; 2] = [b"a", b"b"];

/// A result is the time at which its call was begun. No two things happen at one time.
type Time = u64;

/// The cache around the list, as little of it as matters: what it keeps, and what it has forgotten.
struct World {
    flights: Arc<Flights<Time>>,
    kept: Mutex<HashMap<Key, Time>>,
    time: AtomicU64,
    /// When a key was begun to be forgotten, once that was done.
    forgotten: Mutex<HashMap<Key, Time>>,
    begun: Mutex<HashMap<Key, Vec<Time>>>,
    alive: AtomicU64,
}

impl World {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            flights: Flights::new(),
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

    /// As `ResultCache::fetch` does.
    fn board(self: &Arc<Self>, key: &Key) -> Result<Arc<Flight<Time>>, Time> {
        let settled = || self.kept.lock().unwrap().get(key).copied();
        let boarded = self.flights.board(Key::clone(key), settled, |ticket| {
            let time = self.tick();
            let mut begun = self.begun.lock().unwrap();
            begun.entry(Key::clone(key)).or_default().push(time);
            drop(begun);
            self.alive.fetch_add(1, Ordering::SeqCst);
            let alive = Alive(Arc::clone(self));
            let (world, key) = (Arc::clone(self), Key::clone(key));
            async move {
                let _alive = alive;
                for _ in 0..2 {
                    world.check_call(&key, time, &ticket);
                    shuttle::future::yield_now().await;
                }
                world.check_call(&key, time, &ticket);
                world.keep(&key, time, &ticket);
                time
            }
        });
        boarded.map(|(flight, _)| flight)
    }

    /// A call that goes on is the only one of its key, and listed, unless its key was forgotten since.
    fn check_call(&self, key: &Key, time: Time, ticket: &Ticket<Time>) {
        let is_last = self.begun.lock().unwrap()[key].last() == Some(&time);
        let is_listed = self.flights.is_under_way(key, Instant::now());
        if !(is_last && is_listed) {
            let is_forgotten = ticket.is_forgotten();
            assert!(is_forgotten, "{time}: last {is_last}, listed {is_listed}");
        }
    }

    /// As `Memory::insert` does.
    fn keep(&self, key: &Key, time: Time, ticket: &Ticket<Time>) {
        let mut kept = self.kept.lock().unwrap();
        if ticket.is_forgotten() {
            kept.remove(key);
        } else {
            let earlier = kept.insert(Key::clone(key), time);
            assert_eq!(earlier, None, "a call that was needless");
        }
    }

    /// As `ResultCache::invalidate` does.
    fn forget(&self, key: &Key) {
        let time = self.tick();
        self.flights.forget(key);
        self.kept.lock().unwrap().remove(key);
        self.forgotten.lock().unwrap().insert(Key::clone(key), time);
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
            let is_newer = forgotten.is_none_or(|forgotten| begun > forgotten);
            assert!(is_newer, "a result from before the forgetting");
        }
    }

    fn check_end(&self) {
        assert_eq!(self.flights.len(), 0, "something is left on the list");
        assert_eq!(self.alive.load(Ordering::SeqCst), 0, "a call is left");
    }
}

/// Polls without waiting to be woken, as a request that is cancelled.
fn poll(flight: Arc<Flight<Time>>, polls: usize) -> Option<Time> {
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
    let begun = world.begun.lock().unwrap();
    assert!(begun.values().all(|times| times.len() == 1), "{begun:?}");
    drop(begun);
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

/// What happened to the list, seen without a lock of shuttle's: looking makes no more orders.
#[derive(Default)]
struct Log {
    begun: Vec<Seen>,
    /// How often a visitor began to forget the key, and has done so.
    forgetting: u32,
    forgotten: u32,
}

struct Seen {
    flight: Weak<Flight<()>>,
    ended: Arc<AtomicBool>,
    /// How often the key had been forgotten, if nobody was about to.
    forgotten: Option<u32>,
}

impl Log {
    /// None while somebody is about to forget the key.
    fn forgotten(&self) -> Option<u32> {
        (self.forgetting == self.forgotten).then_some(self.forgotten)
    }

    /// Whether a call goes on that was certainly not forgotten.
    fn has_live_call(&self) -> bool {
        let now = Some(self.forgetting);
        let mut calls = self.begun.iter().filter(|seen| seen.forgotten == now);
        calls.any(|seen| seen.flight.strong_count() > 0 && !seen.ended.load(Ordering::SeqCst))
    }
}

/// Whether it forgets the key at first, and whether it sees its call to the end or leaves it.
type Visitor = (bool, bool);

/// The list alone.
fn bare_list(visitors: [Visitor; 2]) {
    let flights = Flights::new();
    let log = Arc::new(std::sync::Mutex::new(Log::default()));
    run_together(visitors.map(|(forgets, ends)| {
        let (flights, log) = (Arc::clone(&flights), Arc::clone(&log));
        spawned(move || {
            if forgets {
                log.lock().unwrap().forgetting += 1;
                flights.forget(KEYS[0]);
                log.lock().unwrap().forgotten += 1;
            }
            let ended = Arc::new(AtomicBool::new(false));
            let mut forgotten = None;
            let call = |_| {
                let log = log.lock().unwrap();
                assert!(!log.has_live_call(), "two calls at once");
                forgotten = log.forgotten();
                let ended = Arc::clone(&ended);
                async move { ended.store(true, Ordering::SeqCst) }
            };
            let boarded = flights.board(KEYS[0].into(), || None::<()>, call);
            let (flight, boarded) = boarded.unwrap();
            if boarded == Boarded::Began {
                log.lock().unwrap().begun.push(Seen {
                    flight: Arc::downgrade(&flight),
                    ended,
                    forgotten,
                });
            }
            thread::yield_now();
            if ends {
                let mut result = Box::pin(flight.result());
                let mut context = Context::from_waker(noop_waker_ref());
                let _ = result.as_mut().poll(&mut context);
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
    let mut orders = 0;
    for first in [(false, true), (false, false), (true, true), (true, false)] {
        for second in [(false, true), (false, false)] {
            let every = DfsScheduler::new(None, false);
            orders += run(every, move || bare_list([first, second]));
        }
    }
    println!("{orders} orders");
}
