//! What a process knows of a log that it follows, and the lease that vouches for it.

mod read;
mod revoke;

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

pub(super) use self::read::Pace;
use super::{
    log::DynRevocationLog,
    log_events::LogEvents,
    table::{Table, Vouched},
};
use crate::{
    cache::shared::secret::Secret,
    contained::contain,
    observe::{ForgottenReason, RevocationEventKind},
    primitives::{
        now,
        sync::{
            RwLock, RwLockReadGuard, RwLockWriteGuard,
            atomic::{AtomicBool, AtomicU64},
        },
    },
};

/// What a process knows of a log, and until when.
pub(in crate::cache) struct Watched {
    log: Arc<dyn DynRevocationLog>,
    secret: Arc<Secret>,
    name: String,
    bound: Duration,
    table: RwLock<Table>,
    /// Changes after each change of the table.
    version: AtomicU64,
    /// When it was created. The lease counts from here.
    since: Instant,
    /// Until when the table vouches for results, in nanoseconds.
    leased_until: AtomicU64,
    is_followed: AtomicBool,
    errors: AtomicU64,
    pub(super) events: LogEvents,
}

impl Watched {
    pub(super) fn new(
        log: Arc<dyn DynRevocationLog>,
        secret: Arc<Secret>,
        name: &str,
        bound: Duration,
    ) -> Self {
        Self {
            log,
            secret,
            name: name.to_owned(),
            bound,
            table: RwLock::default(),
            version: AtomicU64::new(0),
            since: now(),
            leased_until: AtomicU64::new(0),
            is_followed: AtomicBool::new(false),
            errors: AtomicU64::new(0),
            events: LogEvents::default(),
        }
    }

    /// The time between two reads.
    pub(super) fn pause(&self) -> Duration {
        self.bound / 4
    }

    /// The shortest time between two reads. Entries that come faster are read together.
    pub(super) fn shortest_pause(&self) -> Duration {
        self.bound / 100
    }

    pub(super) fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Acquire)
    }

    /// The log is followed from now on. Returns whether it was not followed before.
    pub(super) fn start_following(&self) -> bool {
        !self.is_followed.swap(true, Ordering::AcqRel)
    }

    /// Nobody reads the log any more.
    pub(super) fn leave(&self) {
        let _ = contain(|| self.log.leave(&self.name));
    }

    /// The log is not followed any more.
    pub(super) fn stop_following(&self) {
        self.is_followed.store(false, Ordering::Release);
    }

    /// Changes the table, then the version. A hit that reads the new version also reads the changed table.
    fn change<T>(&self, change: impl FnOnce(&mut Table) -> T) -> T {
        let mut table = self.table_mut();
        let dropped = table.dropped();
        let changed = change(&mut table);
        let is_full = table.dropped() > dropped;
        drop(table);
        self.version.fetch_add(1, Ordering::Release);
        if is_full {
            let full = RevocationEventKind::Forgotten(ForgottenReason::TableFull);
            self.events.report(full);
        }
        changed
    }

    fn lease(&self, asked_at: Instant) {
        let until = self.nanoseconds(asked_at + self.bound);
        let was_leased = self.is_leased(now());
        self.leased_until.fetch_max(until, Ordering::Release);
        // A process that only revokes has no results, and does not read the log in between.
        if !self.is_followed() {
            return;
        }
        if !was_leased {
            self.events.lease_lost(); // Unless it is the first one.
        }
        self.events.lease_acquired();
    }

    /// Whether the log was read shortly before this moment.
    pub(super) fn is_leased(&self, now: Instant) -> bool {
        self.nanoseconds(now) < self.leased_until.load(Ordering::Acquire)
    }

    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    pub(super) fn bound(&self) -> Duration {
        self.bound
    }

    pub(super) fn is_revoked(&self, vouched: &Vouched) -> bool {
        self.table().is_revoked(vouched)
    }

    /// Whether a value of the store may be used now.
    pub(in crate::cache) fn accepts(&self, vouched: &Vouched) -> bool {
        self.is_leased(now()) && !self.is_revoked(vouched)
    }

    /// A read has failed.
    pub(super) fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        self.events.report(RevocationEventKind::ReadFailed);
        if !self.is_leased(now()) {
            self.events.lease_lost();
        }
    }

    /// The number of messages that were not intact, and of reads that failed, since the last time that this was asked.
    pub(in crate::cache) fn take_errors(&self) -> u64 {
        self.errors.swap(0, Ordering::Relaxed)
    }

    fn nanoseconds(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.since).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }

    pub(super) fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn table_mut(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}
