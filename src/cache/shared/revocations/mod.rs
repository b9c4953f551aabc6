//! Revocations reach every process: a log in the store, and what each process knows of it.
//!
//! ```text
//! invalidate ── message ──► log ── follow ──► Table: position of each revoked group, version, lease
//!                                                       ▲
//! call ── Begun (epoch) ── answer ── RevocationGuard ───┘ asked by a hit if the version has changed
//! ```

mod chain;
mod follow;
mod guard;
mod incarnation;
mod log;
mod log_events;
mod message;
#[cfg(all(test, shuttle))]
mod model;
mod page;
mod revoked_groups;
mod table;

#[cfg(test)]
mod tests;
mod watched;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use self::log::DynRevocationLog;
pub use self::log::{Appended, LogEntry, LogPosition, RevocationLog};
pub(crate) use self::{
    follow::Followed,
    guard::{Begun, RevocationGuard},
    incarnation::Incarnation,
    table::{Epoch, Vouched},
};
pub(in crate::cache) use self::{message::Revoked, watched::Watched};
pub(crate) use super::secret::Group;
use super::secret::Secret;
use crate::cache::key::Scope;

/// How long a process may go on without having read the log.
const DEFAULT_BOUND: Duration = Duration::from_secs(1);

/// A process reads the log four times in this time.
pub(super) const MIN_BOUND: Duration = Duration::from_millis(100);

/// The logs of a shared cache, one for each API, stage and authorizer.
pub(super) struct Revocations {
    log: Arc<dyn DynRevocationLog>,
    bound: Duration,
    followed: Mutex<HashMap<String, Weak<Followed>>>,
}

impl Revocations {
    pub(super) fn new(log: impl RevocationLog) -> Self {
        Self::with(Arc::new(log), DEFAULT_BOUND)
    }

    /// The same log with another bound.
    pub(super) fn bounded(&self, bound: Duration) -> Self {
        Self::with(Arc::clone(&self.log), bound)
    }

    fn with(log: Arc<dyn DynRevocationLog>, bound: Duration) -> Self {
        Self {
            log,
            bound,
            followed: Mutex::default(),
        }
    }

    pub(super) fn bound(&self) -> Duration {
        self.bound
    }

    /// The log of a scope. All layers of this process that need it share it.
    pub(super) fn followed(&self, secret: &Arc<Secret>, scope: &Scope) -> Arc<Followed> {
        let name = secret.log_name(scope);
        let mut all = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(followed) = all.get(&name).and_then(Weak::upgrade) {
            return followed;
        }
        let (log, secret) = (Arc::clone(&self.log), Arc::clone(secret));
        let watched = Watched::new(log, secret, &name, self.bound);
        let followed = Arc::new(Followed::new(watched));
        all.retain(|_, other| other.strong_count() > 0);
        all.insert(name, Arc::downgrade(&followed));
        followed
    }
}
