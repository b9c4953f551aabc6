//! The circuit breaker of the authorizer.
//!
//! A client chooses its token, and may know one that makes the authorizer fail. Its own failures must not lock out
//! others. So a failure counts only for an identity that the authorizer has accepted before, and only once for each. An
//! outage makes accepted identities fail as soon as their cached results have expired. A client that invents tokens
//! contributes nothing.

use std::{
    collections::{HashSet, VecDeque},
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Mutex, PoisonError},
};

use super::{AuthorizerRequest, AuthorizerResponse, call_error::CallError};
use crate::{
    breaker::{Blame, Breaker, Change, CircuitBreaker, Paused, Permit},
    clock::Clock,
    observe::{BreakerName, Listener, Listeners, events},
};

/// How many identities are remembered. The failures of a forgotten identity do not count, so the breaker opens later.
const REMEMBERED: usize = 4096;

pub(crate) struct CallBreaker {
    breaker: Breaker,
    accepted: Mutex<Accepted>,
    /// Seeded, so that a client cannot find identities that collide.
    hash: RandomState,
    listeners: Listeners,
}

/// A call that the breaker permits.
pub(super) struct PermittedCall<'b> {
    breaker: &'b CallBreaker,
    permit: Permit<'b>,
    identity: u64,
}

/// The hashes of the identities that were accepted last.
#[derive(Default)]
struct Accepted {
    hashes: HashSet<u64>,
    oldest_first: VecDeque<u64>,
}

impl CallBreaker {
    pub(crate) fn new(settings: CircuitBreaker) -> Self {
        Self {
            breaker: Breaker::forgetting(settings),
            accepted: Mutex::default(),
            hash: RandomState::new(),
            listeners: Listeners::default(),
        }
    }

    pub(crate) fn settings(&self) -> CircuitBreaker {
        self.breaker.settings()
    }

    /// The observers of this layer are notified when the breaker changes.
    pub(crate) fn listen(&self, listener: &Listener) {
        self.listeners.add(listener);
    }

    pub(super) fn permit(
        &self,
        request: &AuthorizerRequest,
        clock: &Clock,
    ) -> Result<PermittedCall<'_>, Paused> {
        let permit = self.breaker.permit(clock.moment())?;
        self.report(permit.change);
        Ok(PermittedCall {
            breaker: self,
            permit,
            identity: self.hash.hash_one(request.identity()),
        })
    }

    /// Reports a change of the breaker.
    fn report(&self, change: Option<Change>) {
        if let Some(change) = change {
            events::authorizer_breaker(change);
            self.listeners
                .notify_of_breaker(BreakerName::Authorizer, change);
        }
    }
}

impl PermittedCall<'_> {
    pub(super) fn ended(self, outcome: &Result<AuthorizerResponse, CallError>, clock: &Clock) {
        let accepted = self.breaker.accepted.lock();
        let mut accepted = accepted.unwrap_or_else(PoisonError::into_inner);
        let change = match outcome {
            Ok(_) => {
                accepted.remember(self.identity);
                self.permit.answered()
            }
            Err(CallError::Unauthorized { .. }) => self.permit.answered(),
            Err(CallError::NoTimer | CallError::Paused(_)) => None, // It was not called.
            Err(
                CallError::Failed { .. }
                | CallError::NotInvoked { .. }
                | CallError::Malformed { .. }
                | CallError::Panicked { .. }
                | CallError::TimedOut { .. },
            ) => {
                let blame = if accepted.hashes.contains(&self.identity) {
                    Blame::CountsOnce(self.identity)
                } else {
                    Blame::Nothing
                };
                self.permit.failed(clock.moment(), blame)
            }
        };
        drop(accepted);
        self.breaker.report(change);
    }
}

impl Accepted {
    fn remember(&mut self, identity: u64) {
        if !self.hashes.insert(identity) {
            return;
        }
        self.oldest_first.push_back(identity);
        if self.oldest_first.len() > REMEMBERED {
            if let Some(oldest) = self.oldest_first.pop_front() {
                self.hashes.remove(&oldest);
            }
        }
    }
}

impl fmt::Debug for CallBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.breaker.fmt(f)
    }
}
