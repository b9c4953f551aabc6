//! What an authorizer has returned for an identity, and when.

use std::{collections::VecDeque, sync::Arc};

use serde_json::Value;

use super::sent::Sent;
use crate::scene::Millis;

/// The position of an event in the order of all events.
pub(crate) type Moment = u64;

/// An authorizer's number, and the values of its identity sources.
pub(crate) type Subject = (usize, Vec<String>);

/// An answer that may be used.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) number: u64,
    pub(crate) identity: Vec<String>,
    pub(crate) said: Said,
}

#[derive(Debug)]
pub(crate) enum Said {
    Policy(Value),
    Simple(bool),
    Unauthorized,
}

/// An answer that came from the authorizer, or from the shared store.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) answer: Arc<Answer>,
    /// When the authorizer or the store was called.
    pub(crate) asked: Moment,
    /// The request that it was called for. `None` for the store.
    pub(crate) asked_by: Option<u64>,
    pub(crate) given: Moment,
    /// Until when its call can be joined, which is while it is written to the shared store.
    pub(crate) written: Moment,
    /// When the layer had time to cache it.
    pub(crate) settled: Option<Moment>,
    pub(crate) fresh_until: Millis,
}

/// A call without an answer.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) how: Failure,
    pub(crate) asked: Moment,
    pub(crate) asked_by: u64,
    pub(crate) ended: Moment,
    /// When the requests that waited had been answered.
    pub(crate) settled: Option<Moment>,
    pub(crate) at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The end of the error's or the panic's message.
    Erred(String),
    Panicked(String),
    Malformed,
    /// The call was dropped: it timed out, or all requests that waited for it were cancelled.
    Unfinished,
}

/// An invalidation that has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forgotten {
    pub(crate) began: Moment,
    pub(crate) ended: Moment,
}

#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) given: Vec<Given>,
    pub(crate) failed: Vec<Failed>,
    pub(crate) forgotten: Vec<Forgotten>,
    /// Requests in progress.
    pub(crate) live: Vec<u64>,
    /// The latest requests whose clients have disconnected. Others may have joined a call for one of them.
    pub(crate) gone: VecDeque<Sent>,
    /// The number of entries after the last cleanup.
    pruned: usize,
}

/// Longer than any result is served stale.
const HORIZON: Millis = 700_000;

/// How many entries a history may have before a cleanup.
const MANY: usize = 64;

impl Given {
    /// Whether a request that began then may have waited for the call of this answer.
    pub(crate) fn is_under_way(&self, begun: Moment) -> bool {
        self.written > begun || self.settled.is_none_or(|settled| settled > begun)
    }
}

impl Failed {
    /// Whether a request that began then may have waited for this call.
    pub(crate) fn is_under_way(&self, begun: Moment) -> bool {
        self.settled.is_none_or(|settled| settled > begun)
    }
}

/// How many requests of disconnected clients are kept.
const MOST_GONE: usize = 256;

impl History {
    pub(crate) fn leave(&mut self, sent: Sent) {
        if self.gone.len() == MOST_GONE {
            self.gone.pop_front();
        }
        self.gone.push_back(sent);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.live.is_empty()
            && self.given.is_empty()
            && self.failed.is_empty()
            && self.forgotten.is_empty()
    }

    fn entries(&self) -> usize {
        self.given.len() + self.failed.len() + self.forgotten.len()
    }

    /// Whether there are enough entries for a cleanup.
    pub(crate) fn is_long(&self) -> bool {
        self.entries() > 2 * self.pruned.max(MANY)
    }

    /// Drops entries that no longer matter to any request. The oldest request in progress began at `oldest`, which was the
    /// time `since`.
    pub(crate) fn prune(&mut self, since: Millis, oldest: Moment) {
        self.given.retain(|given| {
            // If its end is unknown, its age decides, since no write takes this long.
            let is_under_way = given.written != Moment::MAX && given.is_under_way(oldest);
            given.fresh_until + HORIZON > since || is_under_way
        });
        self.failed.retain(|failed| failed.is_under_way(oldest));
        if self.live.is_empty() {
            self.gone.clear();
        }
        let earliest = self.given.iter().map(|given| given.asked).min();
        let earliest = earliest.unwrap_or(Moment::MAX);
        self.forgotten
            .retain(|forgotten| forgotten.began > earliest || forgotten.ended >= oldest);
        self.pruned = self.entries();
    }
}
