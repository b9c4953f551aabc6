//! The order in which entries are evicted, and how many bytes they use.

use std::{collections::VecDeque, mem};

use papaya::Guard;

use crate::cache::key::Key;

/// Removed entries may use this fraction of the limit until they are freed.
const RETIRED: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) order: VecDeque<(Key, u64)>,
    /// The number of entries, since the map would have to count them.
    pub(super) entries: usize,
    pub(super) bytes: usize,
    retired: Retired,
}

impl Queue {
    /// Counts the removal of an entry of this size. Frees what this thread has removed if too much waits for that.
    pub(super) fn count_removal(&mut self, bytes: usize, max_bytes: usize, guard: &impl Guard) {
        self.entries -= 1;
        self.bytes -= bytes;
        let is_too_much = self
            .retired
            .add(guard.thread_id(), bytes, max_bytes / RETIRED);
        if is_too_much {
            guard.flush();
        }
    }
}

/// Bytes of removed entries. The map keeps them in a batch for each thread, and frees a batch as soon as no reader uses
/// it, when it is flushed or has some dozens of entries.
#[derive(Debug, Default)]
struct Retired {
    by_thread: Vec<usize>,
    total: usize,
}

impl Retired {
    /// Adds to a thread's batch. Returns whether it has to be flushed, and counts it as flushed.
    fn add(&mut self, thread: usize, bytes: usize, limit: usize) -> bool {
        if self.by_thread.len() <= thread {
            self.by_thread.resize(thread + 1, 0);
        }
        let Some(own) = self.by_thread.get_mut(thread) else {
            return true;
        };
        *own += bytes;
        self.total += bytes;
        let is_too_much = self.total > limit;
        if is_too_much {
            self.total -= mem::take(own);
        }
        is_too_much
    }
}
