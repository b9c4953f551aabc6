//! Runs a scene with both schedulers.

use shuttle::{
    Config, Runner,
    rand::{Rng, thread_rng},
    scheduler::{PctScheduler, RandomScheduler, Scheduler},
    thread,
};

use super::{
    event::Event,
    oracle::{Revocation, TOKENS},
    world::{World, turns},
};
use crate::primitives::model;

/// The size of a scene, and what happens in it.
#[derive(Clone, Copy)]
pub(super) struct Scene {
    pub(super) processes: usize,
    /// Threads for each process, and requests for each thread.
    pub(super) requests: [usize; 2],
    pub(super) tokens: usize,
    pub(super) before: Before,
    pub(super) revocations: usize,
    pub(super) happens: Happens,
}

/// What the processes know when it begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    /// They have read the log.
    Log,
    /// They have results in memory, too.
    Results,
}

/// What happens to the store meanwhile.
#[derive(Clone, Copy)]
pub(super) enum Happens {
    AnyOf(usize, &'static [Event]),
    InOrder(&'static [Event]),
}

impl Happens {
    fn run(self, world: &World) {
        match self {
            Self::AnyOf(number, kinds) => {
                for _ in 0..number {
                    turns();
                    kinds[thread_rng().gen_range(0..kinds.len())].happens(world);
                }
            }
            Self::InOrder(events) => {
                for event in events {
                    event.happens(world);
                    turns();
                }
            }
        }
        world.goes_on();
    }
}

impl Scene {
    fn run(self) {
        let world = World::new(self.processes);
        if self.before != Before::Nothing {
            world.settles();
        }
        if self.before == Before::Results {
            world.keeps_results();
        }
        let mut threads = Vec::new();
        let [threads_of_process, requests] = self.requests;
        for process in world.processes() {
            for _ in 0..threads_of_process {
                let process = process.clone();
                threads.push(thread::spawn(move || {
                    for _ in 0..requests {
                        turns();
                        process.requests(TOKENS[thread_rng().gen_range(0..self.tokens)]);
                    }
                }));
            }
        }
        for _ in 0..self.revocations {
            let process = thread_rng().gen_range(0..self.processes);
            let process = world.processes()[process].clone();
            threads.push(thread::spawn(move || {
                turns();
                process.revokes(Revocation::any(self.tokens));
            }));
        }
        let environment = world.clone();
        threads.push(thread::spawn(move || {
            self.happens.run(&environment);
        }));
        for thread in threads {
            thread.join().unwrap();
        }
        world.is_asked_later(&TOKENS[..self.tokens]);
        world.is_well();
        world.settles();
        world.knows_its_log();
        world.keeps_results();
        world.notices_what_was_lost();
        world.ends();
    }

    pub(super) fn check(self, seed: u64, iterations: usize) {
        check(move || self.run(), seed, iterations);
    }
}

pub(super) fn check(scene: impl Fn() + Copy + Send + Sync + 'static, seed: u64, iterations: usize) {
    let each = model::iterations(iterations) / 2;
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let mut config = Config::default();
        config.stack_size = 512 * 1024;
        config.silence_warnings = true;
        Runner::new(scheduler, config).run(scene);
    };
    run(Box::new(RandomScheduler::new_from_seed(seed, each)));
    run(Box::new(PctScheduler::new_from_seed(seed, 4, each)));
}
