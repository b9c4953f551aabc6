//! What can happen to the processes, their connections and the store.

use shuttle::rand::{Rng, thread_rng};

use super::{
    link::Mood,
    oracle::{Revocation, TOKENS},
    world::{Which, World, time_passes},
};

/// What can happen to the store, besides requests and revocations.
#[derive(Clone, Copy)]
pub(super) enum Event {
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

impl Event {
    pub(super) fn happens(self, world: &World) {
        match self {
            Self::TimePasses => {
                time_passes();
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
