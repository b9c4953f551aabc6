//! Model checks: threads that request, give up and forget results, in the orders that shuttle chooses. shuttle can switch
//! threads at every lock and atomic, and between two polls.

mod bare_list;
mod expired;
mod woken;
mod world;

use shuttle::{
    Config, Runner,
    rand::{Rng, thread_rng},
    scheduler::{PctScheduler, RandomScheduler, Scheduler},
    thread,
};

use self::world::World;
use super::*;

/// Each scene is run in this many orders, unless `MODEL_ITERATIONS` sets another number.
fn iterations() -> usize {
    crate::primitives::model::iterations(2_000)
}

fn keys() -> [Key; 2] {
    ["a", "b"].map(Key::of)
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

/// No request gives up and nothing is forgotten, so each key has one call.
fn patient_requests() {
    let world = World::new();
    run_together((0..4).map(|number| {
        let world = Arc::clone(&world);
        spawned(move || world.request(&keys()[number % 2], None))
    }));
    let begun = world.begun.lock().unwrap();
    assert!(begun.values().all(|times| times.len() == 1), "{begun:?}");
    drop(begun);
    world.check_end();
}

/// Requests for two keys, some of which give up, while results are forgotten.
fn everything() {
    let world = World::new();
    let requests = (0..5).map(|_| {
        let world = Arc::clone(&world);
        spawned(move || {
            let key = &keys()[thread_rng().gen_range(0..2)];
            let patience = thread_rng().gen_range(0..6);
            world.request(key, (patience < 4).then_some(patience));
        })
    });
    let forgetting = Arc::clone(&world);
    let forgetting = spawned(move || {
        for key in &keys() {
            forgetting.forget(key);
        }
    });
    run_together(requests.chain([forgetting]));
    world.check_end();
}

#[test]
fn one_call_for_each_key() {
    run(
        RandomScheduler::new_from_seed(1, iterations()),
        patient_requests,
    );
    run(
        PctScheduler::new_from_seed(2, 3, iterations()),
        patient_requests,
    );
}

#[test]
fn giving_up_and_forgetting_leave_no_call_and_no_old_result() {
    run(RandomScheduler::new_from_seed(3, iterations()), everything);
    run(PctScheduler::new_from_seed(4, 4, iterations()), everything);
}
