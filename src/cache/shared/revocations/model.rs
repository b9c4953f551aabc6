//! A model check of revocations: processes with real layers share a store and a log, in the orders that shuttle chooses,
//! with a clock that the model moves. Only the store, its connections, the clock and the threads are the model's.

mod gate;
mod hit;
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

/// How far the clock moves.
const STEPS: [Duration; 4] = [
    Duration::from_millis(60),
    Duration::from_millis(250),
    Duration::from_millis(500),
    BOUND,
];

/// The environment lets others run so often before the next event, at most.
const MOST_TURNS: usize = 40;

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
    /// Somebody deletes an entry.
    EntryIsDeleted,
    /// Somebody puts another message in the place of an entry.
    EntryIsAltered,
    /// The store removes old entries.
    LogIsTrimmed,
    Forgery,
    /// The connection of the last process changes.
    LastLinkIs(Mood),
    /// It is cut off, or not.
    LastLinkMayFail,
    /// The first process revokes, and waits until that is confirmed.
    Revocation,
    /// The authorizer has decided, but does not answer yet.
    CallsAreHeld,
    CallsGoOn,
}

impl Event {
    fn happens(self, world: &World) {
        match self {
            Self::TimePasses => {
                time::advance(STEPS[thread_rng().gen_range(0..STEPS.len())]);
            }
            Self::LinkChanges => {
                let processes = world.processes();
                let process = thread_rng().gen_range(0..processes.len());
                let moods = [Mood::Well, Mood::Fails, Mood::Hangs, Mood::IsSlow];
                processes[process].link_is(moods[thread_rng().gen_range(0..moods.len())]);
            }
            Self::LogIsLost => world.server.loses_log(thread_rng().gen_bool(0.5)),
            Self::LastEntryIsLost => world.oracle.is_lost(world.server.loses_last_entry()),
            Self::EntryIsDeleted => world.oracle.is_lost(world.server.loses_an_entry()),
            Self::EntryIsAltered => world.server.alters_an_entry(),
            Self::LogIsTrimmed => world.server.trims(),
            Self::Forgery => {
                for _ in 0..thread_rng().gen_range(1..5_u8) {
                    world.server.forges();
                }
            }
            Self::LastLinkIs(mood) => world.last_process().link_is(mood),
            Self::LastLinkMayFail if thread_rng().gen_bool(0.5) => {
                world.last_process().link_is(Mood::Fails);
            }
            Self::LastLinkMayFail => (),
            Self::Revocation => world.processes()[0].revokes(Revocation::any(1)),
            Self::CallsAreHeld => world.gate.closes(),
            Self::CallsGoOn => world.gate.opens(),
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
    before: Before,
    revocations: usize,
    happens: Happens,
}

/// What the processes know when it begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// They have read the log.
    Log,
    /// They have results in memory, too.
    Results,
}

/// What happens to the store meanwhile.
#[derive(Clone, Copy)]
enum Happens {
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

/// Lets others run for a while.
fn turns() {
    for _ in 0..thread_rng().gen_range(1..=MOST_TURNS) {
        thread::yield_now();
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
        world.ends();
    }

    fn check(self, seed: u64) {
        check(move || self.run(), seed);
    }
}

fn check(scene: impl Fn() + Copy + Send + Sync + 'static, seed: u64) {
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let mut config = Config::default();
        config.stack_size = 512 * 1024;
        config.silence_warnings = true;
        Runner::new(scheduler, config).run(scene);
    };
    run(Box::new(RandomScheduler::new_from_seed(seed, iterations())));
    run(Box::new(PctScheduler::new_from_seed(seed, 4, iterations())));
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
    before: Before::Results,
    revocations: 2,
    happens: Happens::AnyOf(2, &[Event::TimePasses]),
};

/// Processes that have read no log yet, and several that begin one.
#[test]
fn a_process_that_begins_uses_nothing_that_it_cannot_vouch_for() {
    Scene {
        requests: [1, 2],
        tokens: 1,
        before: Before::Nothing,
        happens: Happens::AnyOf(1, &[Event::TimePasses]),
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
        happens: Happens::AnyOf(6, &[Event::TimePasses, Event::LinkChanges]),
        ..QUIET
    }
    .check(3);
}

#[test]
fn a_log_that_is_lost_revokes_what_it_vouched_for() {
    Scene {
        requests: [1, 4],
        tokens: 1,
        happens: Happens::AnyOf(
            4,
            &[
                Event::TimePasses,
                Event::LogIsLost,
                Event::LastEntryIsLost,
                Event::LogIsTrimmed,
            ],
        ),
        ..QUIET
    }
    .check(4);
}

/// Somebody who can write to the store changes it.
#[test]
fn a_log_that_is_changed_revokes_what_it_vouched_for() {
    Scene {
        requests: [1, 2],
        tokens: 1,
        happens: Happens::AnyOf(
            4,
            &[
                Event::TimePasses,
                Event::EntryIsDeleted,
                Event::EntryIsAltered,
                Event::Forgery,
            ],
        ),
        ..QUIET
    }
    .check(5);
}

/// What a read returns is as old as the question.
#[test]
fn an_answer_that_is_late_vouches_from_the_question_on() {
    Scene {
        requests: [1, 1],
        tokens: 1,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::LastLinkIs(Mood::IsSlow),
            Event::TimePasses,
            Event::TimePasses,
            Event::Revocation,
            Event::TimePasses,
            Event::LastLinkIs(Mood::Well),
            Event::LastLinkIs(Mood::Fails),
        ]),
        ..QUIET
    }
    .check(6);
}

#[test]
fn a_call_does_not_bring_back_what_was_revoked_meanwhile() {
    Scene {
        requests: [2, 1],
        tokens: 1,
        before: Before::Log,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::CallsAreHeld,
            Event::LastLinkMayFail,
            Event::Revocation,
            Event::TimePasses,
            Event::CallsGoOn,
        ]),
        ..QUIET
    }
    .check(7);
}

#[test]
fn everything_at_once() {
    Scene {
        processes: 3,
        requests: [1, 4],
        tokens: 2,
        before: Before::Results,
        revocations: 3,
        happens: Happens::AnyOf(
            10,
            &[
                Event::TimePasses,
                Event::TimePasses,
                Event::LinkChanges,
                Event::LogIsLost,
                Event::LastEntryIsLost,
                Event::EntryIsDeleted,
                Event::EntryIsAltered,
                Event::LogIsTrimmed,
                Event::Forgery,
            ],
        ),
    }
    .check(8);
}
