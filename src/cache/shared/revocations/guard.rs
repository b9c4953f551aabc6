//! Which results a process may still use.

use std::{
    fmt,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use super::{
    table::{Epoch, Vouched},
    watched::Watched,
};
use crate::{
    cache::shared::secret::Group,
    policy::HeapBytes,
    primitives::{now, sync::atomic::AtomicU64},
};

/// The version of no table.
const NEVER: u64 = u64::MAX;

/// A call that has begun, and how far the log was read then.
#[derive(Clone)]
pub(crate) struct Begun {
    pub(super) watched: Arc<Watched>,
    pub(super) at: Instant,
    pub(super) version: u64,
    pub(super) epoch: Epoch,
}

impl Begun {
    pub(super) fn now(watched: &Arc<Watched>) -> Self {
        Self {
            watched: Arc::clone(watched),
            at: now(),
            version: watched.version(),
            epoch: watched.table().epoch(),
        }
    }

    /// Whether a request may join the call. The call's answer may be from before a revocation that was read since.
    pub(crate) fn is_joinable(&self) -> bool {
        let now = now();
        if self.watched.is_leased(now) {
            self.version == self.watched.version()
        } else {
            now < self.at + self.watched.bound()
        }
    }

    pub(in crate::cache) fn watched(&self) -> &Watched {
        &self.watched
    }

    /// What to store with an answer of this call. `None` if the log was never read, so that nobody could use it.
    pub(crate) fn epoch(&self) -> Option<Epoch> {
        self.epoch.incarnation.is_known().then_some(self.epoch)
    }

    /// The guard of this call's own answer. If the log cannot be read, it may be used as long as a lease would last from
    /// the beginning of the call.
    pub(in crate::cache) fn guard_answer(
        &self,
        groups: Box<[Group]>,
        fresh_until: Instant,
    ) -> Box<RevocationGuard> {
        let epoch = self.epoch;
        let own_lease_until = self.at + self.watched.bound();
        self.guard(Vouched { epoch, groups }, own_lease_until, fresh_until)
    }

    /// The guard of a value from the store.
    pub(in crate::cache) fn guard_value(
        &self,
        vouched: Vouched,
        fresh_until: Instant,
    ) -> Box<RevocationGuard> {
        self.guard(vouched, self.at, fresh_until)
    }

    fn guard(
        &self,
        vouched: Vouched,
        own_lease_until: Instant,
        fresh_until: Instant,
    ) -> Box<RevocationGuard> {
        let checked = if vouched.epoch.incarnation.is_known() {
            NEVER
        } else {
            // There is nothing to compare with the table, so it is intact until the table changes.
            self.version
        };
        Box::new(RevocationGuard {
            watched: Arc::clone(&self.watched),
            vouched,
            own_lease_until,
            fresh_until,
            checked: AtomicU64::new(checked),
        })
    }
}

/// Decides at each hit whether a result may be used.
pub(crate) struct RevocationGuard {
    watched: Arc<Watched>,
    vouched: Vouched,
    /// Until when it may be used although the log cannot be read.
    own_lease_until: Instant,
    /// A time of the cache's clock.
    fresh_until: Instant,
    /// The version of the table at the last check.
    checked: AtomicU64,
}

impl RevocationGuard {
    pub(in crate::cache) fn fresh_until(&self) -> Instant {
        self.fresh_until
    }

    /// Whether the result may be used at this moment of the system's clock. Looks its groups up only if something was
    /// revoked since the last time.
    pub(in crate::cache) fn vouches(&self, now: Instant) -> bool {
        let is_leased = self.is_of_a_log() && self.watched.is_leased(now);
        let is_leased = is_leased || now < self.own_lease_until;
        let version = self.watched.version();
        is_leased && (self.checked.load(Ordering::Relaxed) == version || self.is_intact(version))
    }

    /// Without one, the call began before the log was read, or after it was lost. No later read vouches for its answer, and
    /// the answer is not used any more when the log has been read: the table knows nothing either when the log is lost the
    /// next time.
    fn is_of_a_log(&self) -> bool {
        self.vouched.epoch.incarnation.is_known()
    }

    /// The version was read before the table, so a change meanwhile leads to another check.
    #[cold]
    fn is_intact(&self, version: u64) -> bool {
        let is_intact = self.is_of_a_log() && !self.watched.is_revoked(&self.vouched);
        if is_intact {
            self.checked.store(version, Ordering::Relaxed);
        }
        is_intact
    }
}

impl HeapBytes for RevocationGuard {
    fn heap_bytes(&self) -> usize {
        size_of_val(&*self.vouched.groups)
    }
}

impl fmt::Debug for RevocationGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationGuard").finish_non_exhaustive()
    }
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}
