//! Revocations reach every process: a log in the store, and what each process knows of it.
//!
//! ```text
//! invalidate ── message ──► log ── follow ──► Table: position of each revoked group, version, lease
//!                                                 ▲
//! call ── Begun (epoch) ── answer ── Guard ───────┘ asked by a hit if the version has changed
//! ```

mod follow;
mod guard;
mod log;
mod message;
#[cfg(all(test, shuttle))]
mod model;
mod table;
#[cfg(test)]
mod tests;
mod watched;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use self::log::DynRevocationLog;
pub use self::log::{Appended, LogEntry, LogPosition, RevocationLog};
pub(crate) use self::{
    guard::{Begun, Guard},
    table::{Epoch, Vouched},
};
pub(in crate::cache) use self::{message::Revoked, watched::Watched};
use super::secret::Secret;
use crate::cache::key::Scope;

/// How long a process may go on without having read the log.
const DEFAULT_BOUND: Duration = Duration::from_secs(1);

/// A process reads the log four times in this time.
const SHORTEST_BOUND: Duration = Duration::from_millis(100);

/// The bytes of a group's keyed hash.
pub(super) const GROUP_LENGTH: usize = 16;

/// A keyed hash of what results have in common: an identity, a principal or a tag. Nobody reads a token from it.
pub(crate) type Group = [u8; GROUP_LENGTH];

/// The logs of a shared cache, one for each API, stage and authorizer.
pub(super) struct Revocations {
    log: Arc<dyn DynRevocationLog>,
    bound: Duration,
    watched: Mutex<HashMap<String, Arc<Watched>>>,
}

impl Revocations {
    pub(super) fn new(log: impl RevocationLog) -> Self {
        Self::with(Arc::new(log), DEFAULT_BOUND)
    }

    /// The same log with another bound.
    pub(super) fn bounded(&self, bound: Duration) -> Self {
        Self::with(Arc::clone(&self.log), bound.max(SHORTEST_BOUND))
    }

    fn with(log: Arc<dyn DynRevocationLog>, bound: Duration) -> Self {
        Self {
            log,
            bound,
            watched: Mutex::default(),
        }
    }

    /// What this process knows of a scope's log.
    pub(super) fn watched(&self, secret: &Arc<Secret>, scope: &Scope) -> Arc<Watched> {
        let name = secret.log_name(scope);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let known = watched.entry(name).or_insert_with_key(|name| {
            let log = Arc::clone(&self.log);
            Arc::new(Watched::new(log, Arc::clone(secret), name, self.bound))
        });
        Arc::clone(known)
    }
}
