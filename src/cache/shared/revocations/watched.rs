//! A log that this process follows.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{
    follow::follow,
    guard::Begun,
    log::{Appended, DynRevocationLog, LogPosition},
    message::{Message, Revoked},
    table::{Learned, Page, Table, Vouched},
};
use crate::{
    cache::{
        key::seed,
        shared::{SharedTierError, limited::within, secret::Secret},
    },
    contained::drop_contained,
    primitives::{
        now,
        sync::{
            RwLock, RwLockReadGuard, RwLockWriteGuard,
            atomic::{AtomicBool, AtomicU64},
        },
    },
};

/// One read returns at most so many entries. If there are more, the process forgets everything instead.
const MOST_ENTRIES: usize = if cfg!(shuttle) { 3 } else { 10_000 };

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
        }
    }

    /// Begins a call. The first one begins to follow the log.
    pub(in crate::cache) fn begin(self: &Arc<Self>) -> Begun {
        if !self.is_followed.swap(true, Ordering::AcqRel) {
            follow(self);
        }
        let at = now();
        let version = self.version();
        let epoch = self.table().epoch();
        Begun {
            watched: Arc::clone(self),
            at,
            version,
            epoch,
        }
    }

    /// Revokes in all processes. The log has the message when this returns.
    pub(in crate::cache) async fn revoke(
        &self,
        revoked: Revoked,
        limit: Duration,
    ) -> Result<Appended, SharedTierError> {
        let incarnation = self.incarnation().await;
        let message = Message {
            incarnation,
            revoked,
        };
        let sealed = message.seal(&self.secret, &self.name, seed());
        let read = self.table().reads_from();
        let appended = within(limit, || self.log.append(&self.name, sealed)).await?;
        self.change(|table| table.apply_own(&message, appended.position, read));
        Ok(appended)
    }

    /// Reads the log if this process has not, since another incarnation makes all processes forget everything.
    async fn incarnation(&self) -> u64 {
        // The first read may find that there is no log, or that it was lost.
        for _ in 0..3 {
            let known = self.table().incarnation();
            if known != 0 {
                return known;
            }
            if let Err(error) = self.read().await {
                let _ = drop_contained(error);
                break;
            }
        }
        seed() | 1
    }

    /// Reads the log. What it says vouches for results from the moment at which it was asked.
    pub(super) async fn read(&self) -> Result<(), SharedTierError> {
        let asked_at = now();
        let (from, appended) = {
            let table = self.table();
            (table.reads_from(), table.appended())
        };
        let read = || self.log.read(&self.name, from, MOST_ENTRIES + 1);
        let entries = within(self.bound, read).await?;
        let page = match entries.len() > MOST_ENTRIES {
            false => Page::Whole(entries),
            true => Page::Skipped(within(self.bound, || self.log.last(&self.name)).await?),
        };
        let Learned {
            unreadable,
            is_lost,
        } = self.learn(page);
        self.errors.fetch_add(unreadable as u64, Ordering::Relaxed);
        if is_lost || self.lacks(appended) {
            // The next read begins at the log's beginning.
            return Ok(());
        }
        if self.table().incarnation() == 0 {
            return self.found().await;
        }
        self.lease(asked_at);
        Ok(())
    }

    /// Begins a log that has no message yet. The next read finds it.
    async fn found(&self) -> Result<(), SharedTierError> {
        let begins = Message {
            incarnation: seed() | 1,
            revoked: Revoked::Nothing,
        };
        let sealed = begins.seal(&self.secret, &self.name, seed());
        within(self.bound, || self.log.append(&self.name, sealed)).await?;
        Ok(())
    }

    /// Waits for a new entry, but not long.
    pub(super) async fn wait(&self) -> Result<(), SharedTierError> {
        let after = self.table().reads_from();
        if after == LogPosition::default() {
            return Ok(());
        }
        within(self.bound, || {
            self.log.wait(&self.name, after, self.pause())
        })
        .await
    }

    /// The time between two reads.
    pub(super) fn pause(&self) -> Duration {
        self.bound / 4
    }

    pub(super) fn is_followed_no_longer(&self) {
        self.is_followed.store(false, Ordering::Release);
    }

    fn learn(&self, page: Page) -> Learned {
        let is_news = match &page {
            Page::Whole(entries) => entries.len() != 1 || !self.table().has_seen(entries.first()),
            Page::Skipped(_) => true,
        };
        let learn = |table: &mut Table| {
            let open = |message: &[u8]| Message::open(&self.secret, &self.name, message);
            table.learn(page, open)
        };
        match is_news {
            true => self.change(learn),
            false => Learned::default(),
        }
    }

    /// Changes the table, then the version. A hit that reads the new version also reads the changed table.
    fn change<T>(&self, change: impl FnOnce(&mut Table) -> T) -> T {
        let changed = change(&mut self.table_mut());
        self.version.fetch_add(1, Ordering::Release);
        changed
    }

    fn lacks(&self, appended: LogPosition) -> bool {
        self.table().reads_from() < appended && self.change(|table| table.lacks(appended))
    }

    fn lease(&self, asked_at: Instant) {
        let until = self.nanoseconds(asked_at + self.bound);
        self.leased_until.fetch_max(until, Ordering::Release);
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

    /// The number of messages that were not intact, and of reads that failed, since the last time that this was asked.
    pub(super) fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    pub(in crate::cache) fn take_errors(&self) -> u64 {
        self.errors.swap(0, Ordering::Relaxed)
    }

    fn nanoseconds(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.since).as_nanos();
        u64::try_from(since).unwrap_or(u64::MAX)
    }

    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn table_mut(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}
