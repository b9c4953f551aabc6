//! A model check of revocations: processes with real layers share a store and a log, in the orders that shuttle chooses,
//! with a clock that the model moves. Only the store, its connections, the clock and the threads are the model's.

mod event;
mod gate;
mod hit;
mod link;
mod oracle;
mod process;
mod scene;
mod server;
mod world;

use std::time::Duration;

use self::{
    event::Event,
    link::Mood,
    scene::{Before, Happens, Scene},
    world::Which,
};
use crate::primitives::model::time;

/// The bound of the revocations.
const BOUND: Duration = Duration::from_secs(1);

/// The iterations of a scene, half of them with each scheduler. CONTRIBUTING.md says which faults each scene finds. A scene
/// that finds its faults early has few.
const FEW: usize = 100;
const SOME: usize = 200;
const MANY: usize = 500;

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

/// A read returns the state of the log at the time of the question.
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
