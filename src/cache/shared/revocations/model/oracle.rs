//! What each request may be answered with.

use std::{sync::Mutex, time::Duration};

use shuttle::rand::{Rng, thread_rng};

use super::{BOUND, time};

/// The number of an event. Later events have greater numbers.
pub(super) type Moment = u64;

pub(super) const TOKENS: [&str; 2] = ["a", "b"];

pub(super) const TAG: &str = "all";

/// A token is also the name of its principal, and all results have the same tag.
#[derive(Debug, Clone, Copy)]
pub(super) enum Revocation {
    Identity(&'static str),
    Principal(&'static str),
    Tag,
    Everything,
    Nobody,
}

impl Revocation {
    pub(super) fn any(tokens: usize) -> Self {
        let token = TOKENS[thread_rng().gen_range(0..tokens)];
        let kinds = [
            Self::Identity(token),
            Self::Principal(token),
            Self::Tag,
            Self::Everything,
        ];
        kinds[thread_rng().gen_range(0..kinds.len())]
    }

    fn applies_to(self, token: &str) -> bool {
        match self {
            Self::Identity(revoked) | Self::Principal(revoked) => revoked == token,
            Self::Tag | Self::Everything => true,
            Self::Nobody => false,
        }
    }
}

#[derive(Debug)]
struct Revoked {
    revocation: Revocation,
    process: usize,
    called: Moment,
    confirmed: Option<(Moment, Duration)>,
    /// It was confirmed, but a failover lost it.
    is_lost: bool,
}

/// A request that has begun.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    process: usize,
    begun: Moment,
    time: Duration,
    /// The last read of the log that vouches for what its process has in memory.
    read: Moment,
}

#[derive(Debug)]
struct State {
    last: Moment,
    calls: usize,
    revoked: Vec<Revoked>,
    /// One for each process.
    read: Vec<Moment>,
}

pub(super) struct Oracle(Mutex<State>);

impl Oracle {
    pub(super) fn new(processes: usize) -> Self {
        Self(Mutex::new(State {
            last: 0,
            calls: 0,
            revoked: Vec::new(),
            read: vec![0; processes],
        }))
    }

    pub(super) fn moment(&self) -> Moment {
        let mut state = self.0.lock().unwrap();
        state.last += 1;
        state.last
    }

    /// The authorizer decides now.
    pub(super) fn decides(&self) -> Moment {
        self.0.lock().unwrap().calls += 1;
        self.moment()
    }

    pub(super) fn calls(&self) -> usize {
        self.0.lock().unwrap().calls
    }

    /// A process has learned what a read of the log returned that began at this moment.
    pub(super) fn has_read(&self, process: usize, asked: Moment) {
        let mut state = self.0.lock().unwrap();
        state.read[process] = state.read[process].max(asked);
    }

    /// Returns the number of the revocation.
    pub(super) fn revokes(&self, process: usize, revocation: Revocation) -> usize {
        let called = self.moment();
        let mut state = self.0.lock().unwrap();
        state.revoked.push(Revoked {
            revocation,
            process,
            called,
            confirmed: None,
            is_lost: false,
        });
        state.revoked.len() - 1
    }

    pub(super) fn is_confirmed(&self, number: usize) {
        let moment = self.moment();
        let mut state = self.0.lock().unwrap();
        state.revoked[number].confirmed = Some((moment, time::elapsed()));
    }

    /// A failover has lost an entry that was appended at this moment.
    pub(super) fn is_lost(&self, appended: Option<Moment>) {
        let Some(appended) = appended else {
            return;
        };
        for revoked in &mut self.0.lock().unwrap().revoked {
            let is_later = revoked
                .confirmed
                .is_none_or(|(moment, _)| moment > appended);
            revoked.is_lost |= revoked.called < appended && is_later;
        }
    }

    /// Whether a failover has lost revocations that were confirmed.
    pub(super) fn has_lost(&self) -> bool {
        let state = self.0.lock().unwrap();
        let mut revoked = state.revoked.iter();
        revoked.any(|revoked| revoked.is_lost && revoked.confirmed.is_some())
    }

    /// What was lost is refused from now on, since all processes have read messages of those that knew it.
    pub(super) fn loss_is_noticed(&self) {
        for revoked in &mut self.0.lock().unwrap().revoked {
            revoked.is_lost = false;
        }
    }

    pub(super) fn begins(&self, process: usize) -> Request {
        let begun = self.moment();
        Request {
            process,
            begun,
            time: time::elapsed(),
            read: self.0.lock().unwrap().read[process],
        }
    }

    /// A request has passed because of what the authorizer decided at this moment.
    pub(super) fn passes(&self, request: Request, token: &str, decided: Moment) {
        for revoked in &self.0.lock().unwrap().revoked {
            let Some((confirmed, at)) = revoked.confirmed else {
                continue;
            };
            let applies = revoked.revocation.applies_to(token) && decided < revoked.called;
            if !applies || revoked.is_lost || request.begun < confirmed {
                continue;
            }
            let is_own = request.process == revoked.process;
            let is_bound_over = request.time >= at + BOUND;
            let is_read = request.read > confirmed;
            assert!(
                !(is_own || is_bound_over || is_read),
                "{token} passed by a decision at {decided} (own {is_own}, late {is_bound_over}, read {is_read}):\n\
                 {request:?}\n{revoked:?}"
            );
        }
    }
}
