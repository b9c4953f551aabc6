//! The list alone, in very many orders of two threads.

use std::{
    pin::Pin,
    sync::atomic::{AtomicBool, Ordering},
    task::Context,
};

use futures_util::task::noop_waker_ref;
use shuttle::{scheduler::DfsScheduler, thread};

use super::*;

/// What happened to the list. It has a lock of std's, since one of shuttle's would multiply the orders.
#[derive(Default)]
struct Log {
    begun: Vec<Seen>,
    /// How often a thread has begun to forget the key, and how often it has completed that.
    forgetting: u32,
    forgotten: u32,
}

struct Seen {
    call: Arc<Call<()>>,
    ended: Arc<AtomicBool>,
    /// How often the key had been forgotten, if no thread was forgetting it.
    forgotten: Option<u32>,
}

impl Log {
    /// `None` while a thread is forgetting the key.
    fn forgotten(&self) -> Option<u32> {
        (self.forgetting == self.forgotten).then_some(self.forgotten)
    }

    /// Whether a call is in progress that was certainly not forgotten.
    fn has_live_call(&self) -> bool {
        let now = Some(self.forgetting);
        let mut calls = self.begun.iter().filter(|seen| seen.forgotten == now);
        calls.any(|seen| seen.call.is_awaited() && !seen.ended.load(Ordering::SeqCst))
    }
}

/// Whether a thread forgets the key first, and whether it waits until its call ends.
type Visitor = (bool, bool);

fn bare_list(visitors: [Visitor; 2]) {
    let single_flight = SingleFlight::new();
    let log = Arc::new(std::sync::Mutex::new(Log::default()));
    run_together(visitors.map(|(forgets, ends)| {
        let (single_flight, log) = (Arc::clone(&single_flight), Arc::clone(&log));
        spawned(move || {
            if forgets {
                log.lock().unwrap().forgetting += 1;
                single_flight.forget(&Key::of("a"));
                log.lock().unwrap().forgotten += 1;
            }
            let ended = Arc::new(AtomicBool::new(false));
            let mut forgotten = None;
            let call = |_| {
                let log = log.lock().unwrap();
                assert!(!log.has_live_call(), "two calls at once");
                forgotten = log.forgotten();
                let ended = Arc::clone(&ended);
                Box::pin(async move { ended.store(true, Ordering::SeqCst) })
            };
            let joined = single_flight.join_or_begin(joining(&Key::of("a")), || None::<()>, call);
            let (mut waiter, role) = joined.unwrap();
            if role == Role::Leader {
                log.lock().unwrap().begun.push(Seen {
                    call: waiter.call(),
                    ended,
                    forgotten,
                });
            }
            thread::yield_now();
            if ends {
                let mut context = Context::from_waker(noop_waker_ref());
                let _ = Pin::new(&mut waiter).poll(&mut context);
            }
        })
    }));
    assert_eq!(single_flight.len(), 0);
}

#[test]
fn two_threads_never_have_two_calls() {
    let mut orders = 0;
    for first in [(false, true), (false, false), (true, true), (true, false)] {
        for second in [(false, true), (false, false)] {
            let scene = move || bare_list([first, second]);
            // There are too many to visit all of them, since each call has a lock, too.
            orders += run(DfsScheduler::new(Some(iterations()), false), scene);
            orders += run(RandomScheduler::new_from_seed(9, iterations()), scene);
            orders += run(PctScheduler::new_from_seed(10, 3, iterations()), scene);
        }
    }
    println!("{orders} orders");
}
