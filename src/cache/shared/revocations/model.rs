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

/// The iterations of a scene, half of them with each scheduler. CONTRIBUTING.md says which faults each scene finds. A scene
/// that finds its faults early has few.
const FEW: usize = 100;
const SOME: usize = 200;
const MANY: usize = 500;

/// What can happen to the store, besides requests and revocations.
#[derive(Clone, Copy)]
enum Event {
    TimePasses,
    /// A process is cut off, or its connection is well again.
    LinkChanges,
    /// The log is gone, and perhaps the values.
    LogIsLost,
    /// A failover loses the last entry.
    LastEntryIsLost,
    /// A failover loses the next entry as soon as it is there.
    NextEntryIsLost,
    /// Somebody deletes an entry, or puts another message in its place.
    EntryIsChanged,
    /// The store removes old entries.
    LogIsTrimmed,
    Forgery,
    /// The connection of a process changes.
    LinkIs(Which, Mood),
    /// A process is cut off, or not.
    LinkMayFail(Which),
    /// A process gets a request, and waits for its answer.
    Request(Which),
    /// Another message follows, or not.
    MessageMayFollow,
    /// The store refuses to remove values.
    RemovalsFail,
    /// The first process revokes, and waits until that is confirmed.
    Revocation,
    /// The authorizer has decided, but does not answer yet.
    CallsAreHeld,
    CallsGoOn,
}

/// One of the processes. The first one revokes.
#[derive(Clone, Copy)]
enum Which {
    First,
    Last,
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
                let moods = [Mood::Well, Mood::Fails, Mood::Hangs, Mood::LogIsSlow];
                processes[process].link_is(moods[thread_rng().gen_range(0..moods.len())]);
            }
            Self::LogIsLost => world.server.loses_log(),
            Self::LastEntryIsLost => world.oracle.is_lost(world.server.loses_last_entry()),
            Self::NextEntryIsLost => world.server.loses_next_entry(),
            Self::EntryIsChanged if thread_rng().gen_bool(0.5) => world.server.alters_an_entry(),
            Self::EntryIsChanged => world.oracle.is_lost(world.server.loses_an_entry()),
            Self::LogIsTrimmed => world.server.trims(),
            Self::Forgery => {
                for _ in 0..thread_rng().gen_range(1..5_u8) {
                    world.server.forges();
                }
            }
            Self::LinkIs(which, mood) => world.process(which).link_is(mood),
            Self::LinkMayFail(which) if thread_rng().gen_bool(0.5) => {
                world.process(which).link_is(Mood::Fails);
            }
            Self::MessageMayFollow if thread_rng().gen_bool(0.5) => {
                world.process(Which::First).revokes(Revocation::Nobody);
            }
            Self::LinkMayFail(_) | Self::MessageMayFollow => (),
            Self::Request(which) => world.process(which).requests(TOKENS[0]),
            Self::RemovalsFail => world.server.refuses_removals(),
            Self::Revocation => world.process(Which::First).revokes(Revocation::any(1)),
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
        world.notices_what_was_lost();
        world.ends();
    }

    fn check(self, seed: u64, iterations: usize) {
        check(move || self.run(), seed, iterations);
    }
}

fn check(scene: impl Fn() + Copy + Send + Sync + 'static, seed: u64, iterations: usize) {
    let each = asked_iterations().unwrap_or(iterations) / 2;
    let run = |scheduler: Box<dyn Scheduler + Send>| {
        let mut config = Config::default();
        config.stack_size = 512 * 1024;
        config.silence_warnings = true;
        Runner::new(scheduler, config).run(scene);
    };
    run(Box::new(RandomScheduler::new_from_seed(seed, each)));
    run(Box::new(PctScheduler::new_from_seed(seed, 4, each)));
}

/// `MODEL_ITERATIONS` sets another number.
fn asked_iterations() -> Option<usize> {
    let asked = std::env::var("MODEL_ITERATIONS").ok()?;
    Some(asked.parse().unwrap())
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
    .check(1, SOME);
}

#[test]
fn what_is_revoked_is_refused_everywhere() {
    QUIET.check(2, SOME);
}

#[test]
fn a_process_that_is_cut_off_refuses_what_it_cannot_vouch_for() {
    Scene {
        happens: Happens::AnyOf(6, &[Event::TimePasses, Event::LinkChanges]),
        ..QUIET
    }
    .check(3, SOME);
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
    .check(4, SOME);
}

/// The process that has appended it is the only one that can notice it.
#[test]
fn a_revocation_that_is_lost_at_once_is_noticed() {
    Scene {
        requests: [1, 1],
        tokens: 1,
        revocations: 0,
        happens: Happens::InOrder(&[Event::NextEntryIsLost, Event::Revocation, Event::TimePasses]),
        ..QUIET
    }
    .check(10, FEW);
}

/// Somebody who can write to the store changes it.
#[test]
fn a_log_that_is_changed_revokes_what_it_vouched_for() {
    Scene {
        requests: [1, 2],
        tokens: 1,
        happens: Happens::AnyOf(
            4,
            &[Event::TimePasses, Event::EntryIsChanged, Event::Forgery],
        ),
        ..QUIET
    }
    .check(5, SOME);
}

/// Its positions may begin again, and the process that revokes cannot read it.
#[test]
fn a_revocation_in_another_log_is_refused_at_once_by_its_own_process() {
    Scene {
        requests: [0, 0],
        tokens: 1,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::RemovalsFail,
            Event::LinkIs(Which::First, Mood::LogFails),
            Event::LogIsLost,
            Event::Revocation,
            Event::Request(Which::First),
        ]),
        ..QUIET
    }
    .check(14, FEW);
}

/// The process that was cut off reads it only then.
#[test]
fn an_entry_that_is_changed_before_it_is_read_is_noticed() {
    Scene {
        requests: [1, 1],
        tokens: 1,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::LinkIs(Which::Last, Mood::Fails),
            Event::Revocation,
            Event::MessageMayFollow,
            Event::EntryIsChanged,
            Event::LinkMayFail(Which::First),
            Event::LinkIs(Which::Last, Mood::Well),
            Event::TimePasses,
        ]),
        ..QUIET
    }
    .check(11, FEW);
}

/// The store keeps a value that was revoked, and the log is not read.
#[test]
fn a_value_of_the_store_is_not_used_for_longer_than_the_log_vouches_for_it() {
    Scene {
        requests: [0, 0],
        tokens: 1,
        before: Before::Log,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::RemovalsFail,
            Event::Request(Which::First),
            Event::LinkIs(Which::Last, Mood::LogIsSlow),
            Event::Revocation,
            Event::TimePasses,
            Event::Request(Which::Last),
            Event::LinkIs(Which::Last, Mood::Fails),
        ]),
        ..QUIET
    }
    .check(12, FEW);
}

/// The process knows no log then, as when it began.
#[test]
fn a_log_that_is_lost_does_not_bring_back_results_from_before_it() {
    Scene {
        requests: [0, 0],
        tokens: 1,
        before: Before::Nothing,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::Request(Which::Last),
            Event::Revocation,
            Event::TimePasses,
            Event::TimePasses,
            Event::LogIsLost,
            Event::TimePasses,
        ]),
        ..QUIET
    }
    .check(13, FEW);
}

/// What a read returns is as old as the question.
#[test]
fn an_answer_that_is_late_vouches_from_the_question_on() {
    Scene {
        requests: [1, 1],
        tokens: 1,
        revocations: 0,
        happens: Happens::InOrder(&[
            Event::LinkIs(Which::Last, Mood::LogIsSlow),
            Event::TimePasses,
            Event::TimePasses,
            Event::Revocation,
            Event::TimePasses,
            Event::LinkIs(Which::Last, Mood::Well),
            Event::LinkIs(Which::Last, Mood::Fails),
        ]),
        ..QUIET
    }
    .check(6, FEW);
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
            Event::LinkMayFail(Which::Last),
            Event::Revocation,
            Event::TimePasses,
            Event::CallsGoOn,
        ]),
        ..QUIET
    }
    .check(7, MANY);
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
                Event::EntryIsChanged,
                Event::LogIsTrimmed,
                Event::Forgery,
            ],
        ),
    }
    .check(8, SOME);
}
