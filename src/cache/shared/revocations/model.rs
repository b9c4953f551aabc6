//! A model check of revocations: processes with real layers share a store and a log, in the orders that shuttle chooses,
//! with a clock that the model moves. Only the store, its connections, the clock and the threads are the model's.

mod link;
mod oracle;
mod process;
mod server;
mod world;

use std::time::Duration;

use shuttle::{
    Config, Runner,
    rand::{Rng, thread_rng},
    scheduler::{PctScheduler, RandomScheduler, Scheduler},
    thread,
};

use self::{
    link::Mood,
    oracle::{Revocation, TOKENS},
    world::World,
};
use crate::primitives::model::time;

/// The bound of the revocations.
const BOUND: Duration = Duration::from_secs(1);

/// Of each scene, half of them with each scheduler.
const ITERATIONS: usize = 400;

/// What can happen to the store, besides requests and revocations.
#[derive(Clone, Copy)]
enum Event {
    TimePasses,
    /// A process is cut off, or its connection is well again.
    LinkChanges,
    /// The store is empty, or the log alone is.
    LogIsLost,
    /// A failover loses the last entry.
    LastEntryIsLost,
    /// The store removes old entries.
    LogIsTrimmed,
    Forgery,
}

impl Event {
    fn happens(self, world: &World) {
        match self {
            Self::TimePasses => {
                let steps = [60, 250, 600, 1_100];
                let step = steps[thread_rng().gen_range(0..steps.len())];
                time::advance(Duration::from_millis(step));
            }
            Self::LinkChanges => {
                let processes = world.processes();
                let process = thread_rng().gen_range(0..processes.len());
                let moods = [Mood::Well, Mood::Fails, Mood::Hangs];
                processes[process].link_is(moods[thread_rng().gen_range(0..moods.len())]);
            }
            Self::LogIsLost => world.server.loses_log(thread_rng().gen_bool(0.5)),
            Self::LastEntryIsLost => world.oracle.is_lost(world.server.loses_last_entry()),
            Self::LogIsTrimmed => world.server.trims(),
            Self::Forgery => {
                for _ in 0..thread_rng().gen_range(1..5_u8) {
                    world.server.forges();
                }
            }
        }
    }
}

/// How many of what there are.
#[derive(Clone, Copy)]
struct Scene {
    processes: usize,
    /// Threads for each process, and requests for each thread.
    requests: [usize; 2],
    tokens: usize,
    /// Whether all processes have read the log and have results in memory when it begins.
    is_warm: bool,
    revocations: usize,
    events: usize,
    kinds: &'static [Event],
}

impl Scene {
    fn run(self) {
        let world = World::new(self.processes);
        if self.is_warm {
            world.settles();
            world.keeps_results();
        }
        let mut threads = Vec::new();
        let [threads_of_process, requests] = self.requests;
        for process in world.processes() {
            for _ in 0..threads_of_process {
                let process = process.clone();
                threads.push(thread::spawn(move || {
                    for _ in 0..requests {
                        process.requests(TOKENS[thread_rng().gen_range(0..self.tokens)]);
                        thread::yield_now();
                    }
                }));
            }
        }
        for _ in 0..self.revocations {
            let process = thread_rng().gen_range(0..self.processes);
            let process = world.processes()[process].clone();
            threads.push(thread::spawn(move || {
                process.revokes(Revocation::any(self.tokens))
            }));
        }
        let environment = world.clone();
        threads.push(thread::spawn(move || {
            for _ in 0..self.events {
                thread::yield_now();
                let kind = thread_rng().gen_range(0..self.kinds.len());
                self.kinds[kind].happens(&environment);
            }
            environment.is_well();
        }));
        for thread in threads {
            thread.join().unwrap();
        }
        world.settles();
        world.knows_its_log();
        world.keeps_results();
        world.ends();
    }

    fn check(self, seed: u64) {
        let run = |scheduler: Box<dyn Scheduler + Send>| {
            let mut config = Config::default();
            config.stack_size = 512 * 1024;
            config.silence_warnings = true;
            Runner::new(scheduler, config).run(move || self.run());
        };
        run(Box::new(RandomScheduler::new_from_seed(seed, iterations())));
        run(Box::new(PctScheduler::new_from_seed(seed, 4, iterations())));
    }
}

/// `MODEL_ITERATIONS` sets another number.
fn iterations() -> usize {
    let asked = std::env::var("MODEL_ITERATIONS");
    asked.map_or(ITERATIONS, |asked| asked.parse().unwrap()) / 2
}

const QUIET: Scene = Scene {
    processes: 2,
    requests: [2, 2],
    tokens: 2,
    is_warm: true,
    revocations: 2,
    events: 2,
    kinds: &[Event::TimePasses],
};

/// Processes that have read no log yet, and several that begin one.
#[test]
fn a_process_that_begins_uses_nothing_that_it_cannot_vouch_for() {
    Scene {
        requests: [1, 2],
        tokens: 1,
        is_warm: false,
        events: 1,
        ..QUIET
    }
    .check(1);
}

#[test]
fn what_is_revoked_is_refused_everywhere() {
    QUIET.check(2);
}

#[test]
fn a_process_that_is_cut_off_refuses_what_it_cannot_vouch_for() {
    Scene {
        events: 8,
        kinds: &[Event::TimePasses, Event::TimePasses, Event::LinkChanges],
        ..QUIET
    }
    .check(3);
}

#[test]
fn a_log_that_is_lost_revokes_what_it_vouched_for() {
    Scene {
        requests: [1, 4],
        tokens: 1,
        events: 4,
        kinds: &[
            Event::TimePasses,
            Event::LogIsLost,
            Event::LastEntryIsLost,
            Event::LogIsTrimmed,
        ],
        ..QUIET
    }
    .check(4);
}

#[test]
fn everything_at_once() {
    Scene {
        processes: 3,
        requests: [1, 4],
        tokens: 2,
        is_warm: true,
        revocations: 3,
        events: 10,
        kinds: &[
            Event::TimePasses,
            Event::TimePasses,
            Event::LinkChanges,
            Event::LogIsLost,
            Event::LastEntryIsLost,
            Event::LogIsTrimmed,
            Event::Forgery,
        ],
    }
    .check(5);
}
