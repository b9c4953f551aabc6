//! The memory tier: results in a map whose readers take no lock and share no counter, bounded in bytes.
//!
//! Eviction is that of a clock with a second chance: entries queue in the order in which they came, and what
//! was used since it came to the front goes to the back instead of out. Only writers take the queue's lock.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use papaya::{Guard, HashMap};

use super::{
    key::{Key, KeyHash, Scope, key_hash},
    statistics::Counters,
};
use crate::clock::later;

/// What an entry costs beside its key and its value, as measured: the map's slot, the queue's, the counts of both. At
/// most: the map grows a little sooner or later with each seed of its hash.
const OVERHEAD: usize = 230;

/// What is this part of the limit may wait with a dozen others, in each thread, until it is freed.
const SMALL: usize = 16 * 1024;

/// Results by their keys.
#[derive(Debug)]
pub(super) struct Memory<V> {
    entries: HashMap<Key, Entry<V>, KeyHash>,
    queue: Mutex<Queue>,
    max_bytes: AtomicUsize,
}

#[derive(Debug)]
pub(super) struct Entry<V> {
    pub(super) value: V,
    /// On the cache's clock.
    pub(super) fresh_until: Instant,
    /// Until when it is kept, for when a stale value is better than none.
    kept_until: Instant,
    used: AtomicBool,
    bytes: usize,
    /// Tells an entry from an earlier one of the same key.
    number: u64,
}

#[derive(Debug, Default)]
struct Queue {
    order: VecDeque<(Key, u64)>,
    /// How many entries there are, which the map would have to count.
    entries: usize,
    bytes: usize,
    next_number: u64,
}

impl Queue {
    /// One entry has gone, and had so many bytes.
    fn lose(&mut self, bytes: usize) {
        self.entries -= 1;
        self.bytes -= bytes;
    }
}

/// When a value stops being good.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) now: Instant,
    pub(super) fresh: Duration,
    /// How long it is kept behind that.
    pub(super) stale: Duration,
}

impl<V: Send + Sync + 'static> Memory<V> {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            entries: HashMap::with_hasher(key_hash()),
            queue: Mutex::default(),
            max_bytes: AtomicUsize::new(max_bytes),
        }
    }

    pub(super) fn set_max_bytes(&self, bytes: usize) {
        self.max_bytes.store(bytes, Ordering::Relaxed);
    }

    fn max_bytes(&self) -> usize {
        self.max_bytes.load(Ordering::Relaxed)
    }

    /// Looks at the entry of a key, fresh or stale, without copying it.
    pub(super) fn with<R>(
        &self,
        key: &[u8],
        now: Instant,
        look: impl FnOnce(&Entry<V>) -> R,
    ) -> Option<R> {
        let guard = self.entries.guard();
        let entry = self.entries.get(key, &guard)?;
        if now >= entry.kept_until {
            return None;
        }
        // Written once only, so that readers of one hot entry do not wait for each other's caches.
        if !entry.used.load(Ordering::Relaxed) {
            entry.used.store(true, Ordering::Relaxed);
        }
        Some(look(entry))
    }

    /// Keeps the value that a call has come to, in place of the one before. That one goes also where the new one is
    /// not kept, since it is too large or its key was forgotten while the call was under way: it does not hold any
    /// more.
    pub(super) fn insert(
        &self,
        key: Key,
        value: V,
        value_bytes: usize,
        lifetime: Lifetime,
        is_forgotten: impl FnOnce() -> bool,
        counters: &Counters,
    ) {
        let bytes = OVERHEAD + key.len() + value_bytes;
        let mut queue = self.queue();
        if bytes > self.max_bytes() || is_forgotten() {
            self.remove_queued(&key, &mut queue);
            counters.set_bytes(queue.bytes);
            return;
        }
        queue.next_number += 1;
        let number = queue.next_number;
        let fresh_until = later(lifetime.now, lifetime.fresh);
        let entry = Entry {
            value,
            fresh_until,
            kept_until: later(fresh_until, lifetime.stale),
            used: AtomicBool::new(false),
            bytes,
            number,
        };
        let guard = self.entries.guard();
        if let Some(earlier) = self.entries.insert(Key::clone(&key), entry, &guard) {
            queue.lose(earlier.bytes);
            self.free(earlier, &guard);
        }
        queue.order.push_back((key, number));
        queue.entries += 1;
        queue.bytes += bytes;
        self.evict(&mut queue, lifetime.now, counters);
        counters.set_bytes(queue.bytes);
    }

    /// Ends, for an entry gets a second chance at most once until it is used again.
    fn evict(&self, queue: &mut Queue, now: Instant, counters: &Counters) {
        let guard = self.entries.guard();
        // Numbers of entries that are no more also go; they must not outnumber the entries.
        let max_bytes = self.max_bytes();
        while queue.bytes > max_bytes || queue.order.len() > 2 * queue.entries + 16 {
            let Some((key, number)) = queue.order.pop_front() else {
                return;
            };
            let entry = self.entries.get(&key, &guard);
            let Some(entry) = entry.filter(|entry| entry.number == number) else {
                continue;
            };
            let is_kept = now < entry.kept_until && entry.used.swap(false, Ordering::Relaxed);
            if is_kept || queue.bytes <= max_bytes {
                queue.order.push_back((key, number));
                continue;
            }
            queue.lose(entry.bytes);
            self.entries.remove(&key, &guard);
            self.free(entry, &guard);
            counters.evicted();
        }
    }

    /// Has an entry that was taken out freed as soon as no reader looks at it any more. The map frees them by the
    /// dozen, which is as good for small ones only.
    fn free(&self, entry: &Entry<V>, guard: &impl Guard) {
        if entry.bytes > self.max_bytes() / SMALL {
            guard.flush();
        }
    }

    /// Takes out one result. Calls that are under way put theirs in, unless they are marked before.
    pub(super) fn forget(&self, key: &[u8], counters: &Counters) {
        let mut queue = self.queue();
        self.remove_queued(key, &mut queue);
        counters.set_bytes(queue.bytes);
    }

    /// Takes out all results of an authorizer.
    pub(super) fn clear(&self, scope: &Scope, counters: &Counters) {
        let mut queue = self.queue();
        let guard = self.entries.guard();
        let keys: Vec<_> = self
            .entries
            .keys(&guard)
            .filter(|key| scope.contains(key))
            .collect();
        for key in keys {
            self.remove_queued(key, &mut queue);
        }
        counters.set_bytes(queue.bytes);
    }

    fn remove_queued(&self, key: &[u8], queue: &mut Queue) {
        let guard = self.entries.guard();
        if let Some(entry) = self.entries.remove(key, &guard) {
            queue.lose(entry.bytes);
            self.free(entry, &guard);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
