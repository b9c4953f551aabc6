//! Reads the log, and learns from what it says.

use std::{cell::RefCell, sync::atomic::Ordering, time::Duration};

use super::Watched;
use crate::{
    cache::{
        key::seed,
        shared::{
            SharedTierError,
            limited_call::within,
            revocations::{
                log::{LogEntry, LogPosition},
                log_events::News,
                message::{Message, Revoked, is_too_long, shortened},
                page::{Learned, Page},
                table::Table,
            },
        },
    },
    primitives::now,
};

/// One read returns at most this many entries. If there are more, the process forgets everything instead.
const MAX_ENTRIES: usize = if cfg!(shuttle) { 3 } else { 10_000 };

/// A process reads more slowly if it has found more entries than this at once, so that a flood of them does not keep it
/// busy.
const MANY_ENTRIES: usize = if cfg!(shuttle) { 2 } else { 256 };

/// How soon the log is read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Pace {
    /// As soon as there is an entry.
    Usual,
    /// After a pause. Somebody has appended many entries, or some that are not intact.
    Slow,
}

impl Watched {
    /// Reads the log. What it says vouches for results from the moment at which it was asked.
    pub(in super::super) async fn read(&self) -> Result<Pace, SharedTierError> {
        self.read_within(self.bound).await
    }

    pub(super) async fn read_within(&self, limit: Duration) -> Result<Pace, SharedTierError> {
        let asked_at = now();
        let (from, position, appended) = {
            let table = self.table();
            (table.seen().cloned(), table.reads_from(), table.appended())
        };
        let read = || self.log.read(&self.name, position, MAX_ENTRIES + 1);
        let read = within(limit, read).await?;
        let entries = read.len();
        let page = if entries > MAX_ENTRIES {
            let last = within(limit, || self.log.last(&self.name)).await?;
            Page::Skipped(last.map(shortened))
        } else {
            Page::Whole(read.into_iter().map(shortened).collect())
        };
        let Learned {
            unreadable,
            is_lost,
            ..
        } = self.learn(from.as_ref(), page);
        self.errors.fetch_add(unreadable as u64, Ordering::Relaxed);
        let pace = if unreadable > 0 || entries > MANY_ENTRIES {
            Pace::Slow
        } else {
            Pace::Usual
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
        self.step_over(limit).await?;
        Ok(pace)
    }

    /// Begins a log that has no message yet. The next read finds it.
    async fn found(&self, limit: Duration) -> Result<(), SharedTierError> {
        let begins = self.table().first_message(seed());
        self.append(&begins, limit).await
    }

    /// If the last entry is too long, appends another one. Each read includes the last entry that was read before.
    async fn step_over(&self, limit: Duration) -> Result<(), SharedTierError> {
        if !self.table().seen().is_some_and(is_too_long) {
            return Ok(());
        }
        let message = self.next_message(Revoked::nothing());
        self.append(&message, limit).await
    }

    async fn append(&self, message: &Message, limit: Duration) -> Result<(), SharedTierError> {
        let sealed = message.seal(&self.secret, &self.name, seed());
        within(limit, || self.log.append(&self.name, sealed)).await?;
        Ok(())
    }

    /// Waits for a new entry, but not long.
    pub(in super::super) async fn wait(&self) -> Result<(), SharedTierError> {
        let after = self.table().reads_from();
        if after == LogPosition::default() {
            return Ok(());
        }
        within(self.bound, || {
            self.log.wait(&self.name, after, self.pause())
        })
        .await
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
        self.events.read(News {
            before,
            after,
            learned: &learned,
            has_skipped,
            revoked: revoked.into_inner(),
        });
        learned
    }

    /// Whether the log that was just read lacks a message of this process.
    fn lacks(&self, appended: LogPosition) -> bool {
        let lacks = self.table().reads_from() < appended;
        if lacks {
            self.change_and_report(|table| table.lose_without(appended));
        }
        lacks
    }

    /// Changes the table by what this process knows without a read.
    pub(super) fn change_and_report(&self, change: impl FnOnce(&mut Table) -> Learned) {
        let change = |table: &mut Table| (table.epoch(), change(table), table.epoch());
        let (before, learned, after) = self.change(change);
        self.events.read(News {
            before,
            after,
            learned: &learned,
            has_skipped: false,
            revoked: Vec::new(),
        });
    }
}
