//! A log that this process follows.

use std::{
    cell::RefCell,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    follow::follow,
    guard::Begun,
    log::{Appended, DynRevocationLog, LogPosition},
    message::{Message, Revoked},
    table::{Learned, Page, Table, Vouched},
    telling::{News, Telling},
};
use crate::{
    cache::{
        key::seed,
        shared::{SharedTierError, secret::Secret, store::within},
    },
    contained::drop_contained,
    observe::{ForgottenReason, Listener, RevocationEventKind},
};

/// One read returns at most so many entries. If there are more, the process forgets everything instead.
const MOST_ENTRIES: usize = 10_000;

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
    telling: Telling,
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
            since: Instant::now(),
            leased_until: AtomicU64::new(0),
            is_followed: AtomicBool::new(false),
            errors: AtomicU64::new(0),
            telling: Telling::default(),
        }
    }

    /// The observers of this layer are told what happens to the log.
    pub(in crate::cache) fn listen(&self, listener: &Listener) {
        self.telling.add(listener);
    }

    /// Begins a call. The first one begins to follow the log.
    pub(in crate::cache) fn begin(self: &Arc<Self>) -> Begun {
        if !self.is_followed.swap(true, Ordering::AcqRel) {
            follow(self);
        }
        let at = Instant::now();
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
        let kind = revoked.kind();
        let incarnation = self.incarnation().await;
        let message = Message {
            incarnation,
            revoked,
        };
        let sealed = message.seal(&self.secret, &self.name, seed());
        let appended = within(limit, || self.log.append(&self.name, sealed)).await?;
        if self.table().incarnation() == incarnation {
            self.change(|table| table.apply(&message, appended.position));
        }
        if let Some(kind) = kind {
            self.telling.tell(RevocationEventKind::Published(kind));
        }
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
        let asked_at = Instant::now();
        let from = self.table().reads_from();
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
        if is_lost {
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
        if !is_news {
            return Learned::default();
        }
        let has_skipped = matches!(page, Page::Skipped(_));
        let revoked = RefCell::new(Vec::new());
        let open = |message: &[u8]| {
            let message = Message::open(&self.secret, &self.name, message)?;
            revoked.borrow_mut().extend(message.revoked.kind());
            Some(message)
        };
        let learn = |table: &mut Table| (table.epoch(), table.learn(page, open), table.epoch());
        let (before, learned, after) = self.change(learn);
        self.telling.read(News {
            before,
            after,
            learned: &learned,
            has_skipped,
            revoked: revoked.into_inner(),
        });
        learned
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
            self.telling.tell(full);
        }
        changed
    }

    fn lease(&self, asked_at: Instant) {
        let until = self.nanoseconds(asked_at + self.bound);
        if !self.is_leased(Instant::now()) {
            self.telling.lease_is_lost(); // Unless it is the first one.
        }
        self.leased_until.fetch_max(until, Ordering::Release);
        self.telling.lease_is_acquired();
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
        self.is_leased(Instant::now()) && !self.is_revoked(vouched)
    }

    /// A read has failed.
    pub(super) fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        self.telling.tell(RevocationEventKind::ReadFailed);
        if !self.is_leased(Instant::now()) {
            self.telling.lease_is_lost();
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

    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn table_mut(&self) -> RwLockWriteGuard<'_, Table> {
        self.table.write().unwrap_or_else(PoisonError::into_inner)
    }
}
