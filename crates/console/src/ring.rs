//! The last decisions, oldest first.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Instant, SystemTime},
};

use tokio::sync::watch;

use crate::{
    budget::Budget,
    record::{Record, milliseconds},
    summary::Summary,
};

/// The most decisions that a console keeps.
pub(crate) const MAX_DECISIONS: usize = 10_000;

/// Keeps the last records, up to its capacity. Pages read it at their own pace, and it never waits for them.
pub(crate) struct Ring {
    capacity: usize,
    held: Mutex<Held>,
    /// Wakes the pages.
    changes: watch::Sender<()>,
    pub(crate) budget: Budget,
    /// When the console was created. An id is unique only together with it.
    pub(crate) started: u64,
}

#[derive(Default)]
struct Held {
    records: VecDeque<Arc<Record>>,
    /// The id of the next record.
    next: u64,
    /// The id of the next record at the time when the ring was last cleared.
    cleared_at: u64,
    clears: u64,
    without_story: u64,
}

/// The records and their figures, newest first.
pub(crate) struct Listing {
    pub(crate) records: Vec<Arc<Record>>,
    /// How many there were since the ring was cleared.
    pub(crate) total: u64,
    pub(crate) without_story: u64,
}

/// How far a page has read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    next: u64,
    clears: u64,
}

/// What has happened since a position.
pub(crate) struct News {
    pub(crate) is_cleared: bool,
    /// How many decisions have left the ring before they were read.
    pub(crate) missed: u64,
    /// Oldest first.
    pub(crate) records: Vec<Arc<Record>>,
}

impl Ring {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            held: Mutex::default(),
            changes: watch::Sender::new(()),
            budget: Budget::new(Instant::now()),
            started: milliseconds(SystemTime::now()),
        }
    }

    pub(crate) fn push(&self, mut record: Record) {
        let mut held = self.lock();
        record.summary.id = held.next;
        held.next += 1;
        held.without_story += u64::from(record.story.is_none());
        let oldest = if held.records.len() == self.capacity {
            held.records.pop_front()
        } else {
            None
        };
        held.records.push_back(Arc::new(record));
        drop(held);
        // Dropped outside of the lock, because freeing a record takes time.
        drop(oldest);
        self.changes.send_replace(());
    }

    pub(crate) fn clear(&self) {
        let mut held = self.lock();
        let records = std::mem::take(&mut held.records);
        held.cleared_at = held.next;
        held.clears += 1;
        held.without_story = 0;
        drop(held);
        drop(records);
        self.changes.send_replace(());
    }

    pub(crate) fn listing(&self) -> Listing {
        let held = self.lock();
        Listing {
            records: held.records.iter().rev().cloned().collect(),
            total: held.next - held.cleared_at,
            without_story: held.without_story,
        }
    }

    pub(crate) fn get(&self, id: u64) -> Option<Arc<Record>> {
        let held = self.lock();
        let first = held.records.front()?.summary.id;
        let index = usize::try_from(id.checked_sub(first)?).ok()?;
        held.records.get(index).cloned()
    }

    /// The distinct values of `of` for the summaries of a layer, newest first.
    pub(crate) fn seen<T: Ord>(&self, layer: usize, of: impl Fn(&Summary) -> T) -> Vec<T> {
        let records = self.listing().records;
        let of_layer = records.iter().filter(|record| record.layer == layer);
        let mut seen: Vec<_> = of_layer.map(|record| of(&record.summary)).collect();
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    /// The position after all records.
    pub(crate) fn end(&self) -> Position {
        let held = self.lock();
        Position {
            next: held.next,
            clears: held.clears,
        }
    }

    pub(crate) fn since(&self, position: Position) -> (News, Position) {
        let held = self.lock();
        let unread = held.next - position.next.max(held.cleared_at);
        let count = usize::try_from(unread).unwrap_or(usize::MAX);
        let skipped = held.records.len().saturating_sub(count);
        let records: Vec<_> = held.records.iter().skip(skipped).cloned().collect();
        let news = News {
            is_cleared: held.clears != position.clears,
            missed: unread - records.len() as u64,
            records,
        };
        let position = Position {
            next: held.next,
            clears: held.clears,
        };
        (news, position)
    }

    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
