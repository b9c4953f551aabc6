//! A log that this process follows.

use std::{
    cell::RefCell,
    sync::{Arc, PoisonError, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{
    guard::Begun,
    log::{Appended, DynRevocationLog, LogEntry, LogPosition},
    message::{Message, Revoked},
    table::{Learned, Page, Table, Vouched},
    telling::{News, Telling},
};
use crate::{
    cache::{
        key::seed,
        shared::{SharedTierError, secret::Secret, store::within},
    },
    contained::{contain, drop_contained},
    observe::{ForgottenReason, RevocationEventKind},
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

/// A process reads more slowly if it has found more entries than this at once, so that a flood of them does not keep it busy.
const MANY_ENTRIES: usize = if cfg!(shuttle) { 2 } else { 256 };

/// How soon the log is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// As soon as there is an entry.
    Usual,
    /// After a pause. Somebody has appended many entries, or some that are not intact.
    Slow,
}

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
    pub(super) telling: Telling,
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
            telling: Telling::default(),
        }
    }

    pub(super) fn begin(self: &Arc<Self>) -> Begun {
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
    pub(super) async fn revoke(
        &self,
        revoked: Revoked,
        limit: Duration,
    ) -> Result<Appended, SharedTierError> {
        let message = self.message(revoked, limit).await;
        let sealed = message.seal(&self.secret, &self.name, seed());
        let append = || self.log.append(&self.name, sealed.clone());
        let appended = within(limit, append).await?;
        if self.table().incarnation() == message.incarnation {
            self.change(|table| table.apply_own(&message, appended.position));
        }
        // From now on, this process notices if somebody removes the message.
        let read = self.read_within(limit).await;
        if read.is_err() || self.table().has_read(&message, appended.position) {
            let _ = drop_contained(read);
            return Ok(appended);
        }
        // A read may have skipped it.
        let read = || self.log.read(&self.name, appended.position, 1);
        match within(limit, read).await {
            Ok(entries) if entries.first().is_none_or(|first| first.message != sealed) => {
                Err(SharedTierError::new(
                    "the store does not have the revocation that it has accepted; revoke again",
                ))
            }
            read => {
                let _ = drop_contained(read);
                Ok(appended)
            }
        }
    }

    /// Reads the log if this process has not. If it cannot, another log begins, and all processes forget everything.
    async fn message(&self, revoked: Revoked, limit: Duration) -> Message {
        // The first read may find that there is no log, or that it was lost.
        for _ in 0..3 {
            if self.table().incarnation().is_known() {
                break;
            }
            if let Err(error) = self.read_within(limit).await {
                let _ = drop_contained(error);
                break;
            }
        }
        let table = self.table();
        let next = table.next_message(revoked);
        next.unwrap_or_else(|| table.first_message(seed()))
    }

    /// Reads the log. What it says vouches for results from the moment at which it was asked.
    pub(super) async fn read(&self) -> Result<Pace, SharedTierError> {
        self.read_within(self.bound).await
    }

    async fn read_within(&self, limit: Duration) -> Result<Pace, SharedTierError> {
        let asked_at = now();
        let (from, appended) = {
            let table = self.table();
            (table.seen().cloned(), table.appended())
        };
        let position = from
            .as_ref()
            .map_or_else(LogPosition::default, |from| from.position);
        let read = || self.log.read(&self.name, position, MOST_ENTRIES + 1);
        let read = within(limit, read).await?;
        let entries = read.len();
        let page = match entries > MOST_ENTRIES {
            false => Page::Whole(read),
            true => Page::Skipped(within(limit, || self.log.last(&self.name)).await?),
        };
        let Learned {
            unreadable,
            is_lost,
        } = self.learn(from.as_ref(), page);
        self.errors.fetch_add(unreadable as u64, Ordering::Relaxed);
        let pace = match unreadable > 0 || entries > MANY_ENTRIES {
            true => Pace::Slow,
            false => Pace::Usual,
        };
        if is_lost || self.lacks(appended) {
            // The next read begins at the log's beginning.
            return Ok(pace);
        }
        if !self.table().incarnation().is_known() {
            self.found(limit).await?;
            return Ok(pace);
        }
        self.lease(asked_at);
        Ok(pace)
    }

    /// Begins a log that has no message yet. The next read finds it.
    async fn found(&self, limit: Duration) -> Result<(), SharedTierError> {
        let begins = self.table().first_message(seed());
        let sealed = begins.seal(&self.secret, &self.name, seed());
        within(limit, || self.log.append(&self.name, sealed)).await?;
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

    /// The shortest time between two reads. Entries that come faster are read together.
    pub(super) fn shortest_pause(&self) -> Duration {
        self.bound / 100
    }

    pub(super) fn is_followed(&self) -> bool {
        self.is_followed.load(Ordering::Acquire)
    }

    /// Whether nobody has followed it.
    pub(super) fn begins_to_be_followed(&self) -> bool {
        !self.is_followed.swap(true, Ordering::AcqRel)
    }

    /// Nobody reads the log any more.
    pub(super) fn leave(&self) {
        let _ = contain(|| self.log.leave(&self.name));
    }

    pub(super) fn is_followed_no_longer(&self) {
        self.is_followed.store(false, Ordering::Release);
    }

    fn learn(&self, from: Option<&LogEntry>, page: Page) -> Learned {
        let is_news = match &page {
            Page::Whole(entries) => entries.len() != 1 || entries.first() != from,
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
        let learn =
            |table: &mut Table| (table.epoch(), table.learn(from, page, open), table.epoch());
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

    /// Whether the log that was just read lacks a message of this process.
    fn lacks(&self, appended: LogPosition) -> bool {
        let lacks = self.table().reads_from() < appended;
        if lacks {
            self.change(|table| table.lose_without(appended));
        }
        lacks
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
            self.telling.lease_is_lost(); // Unless it is the first one.
        }
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
        self.is_leased(now()) && !self.is_revoked(vouched)
    }

    /// A read has failed.
    pub(super) fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        self.telling.tell(RevocationEventKind::ReadFailed);
        if !self.is_leased(now()) {
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
