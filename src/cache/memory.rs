//! The memory tier: results in a map with a limit in bytes. Readers take no lock and update no shared counter.
//!
//! It evicts entries in the order of their arrival, with a second chance: an entry that was used since goes to the back
//! of the queue instead. Only writers lock the queue.

mod entry;
mod lifetime;
mod queue;

use std::{
    hash::Hash,
    sync::{
        PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use papaya::{Equivalent, Guard, HashMap, HashMapRef, LocalGuard};

use self::queue::Queue;
pub(super) use self::{entry::Entry, lifetime::Lifetime};
use super::{
    key::{Key, KeyHash, Scope, key_hash},
    statistics::Counters,
};
use crate::primitives::sync::{Mutex, MutexGuard};

/// The measured cost of an entry in addition to its key and its value: its slots in the map and the queue, and the key's
/// hash.
const OVERHEAD: usize = 248;

/// Results by key.
#[derive(Debug)]
pub(super) struct Memory<V> {
    entries: HashMap<Key, Entry<V>, KeyHash>,
    queue: Mutex<Queue>,
    max_bytes: usize,
    /// The number of the last entry. Changes only while the queue is locked.
    last_number: AtomicU64,
}

/// The last insertion. A key that had no fresh value after it has none as long as it is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastInserted(u64);

/// The entries while they are read. An entry that is removed meanwhile is freed when this is dropped, at the earliest.
pub(super) struct Pinned<'m, V>(HashMapRef<'m, Key, Entry<V>, KeyHash, LocalGuard<'m>>);

impl<V> Pinned<'_, V> {
    /// The entry of a key, fresh or stale.
    pub(super) fn get(
        &self,
        key: &(impl Equivalent<Key> + Hash),
        now: Instant,
    ) -> Option<&Entry<V>> {
        let entry = self.0.get(key)?;
        if now >= entry.kept_until {
            return None;
        }
        // Write it at most once. Otherwise readers of a hot entry would compete for its cache line.
        if !entry.used.load(Ordering::Relaxed) {
            entry.used.store(true, Ordering::Relaxed);
        }
        Some(entry)
    }
}

impl<V: Send + Sync + 'static> Memory<V> {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            entries: HashMap::with_hasher(key_hash()),
            queue: Mutex::default(),
            max_bytes,
            last_number: AtomicU64::new(0),
        }
    }

    /// To know after a look-up whether it would find more now, this has to be read before it.
    pub(super) fn last_inserted(&self) -> LastInserted {
        LastInserted(self.last_number.load(Ordering::Acquire))
    }

    /// Pins the entries, to look at them without copying them.
    pub(super) fn pin(&self) -> Pinned<'_, V> {
        Pinned(self.entries.pin())
    }

    /// Replaces the value of a key by the value of a newer call. The old value no longer applies, so it is removed even
    /// if the new one is not kept because it is too large or its key was forgotten during the call.
    pub(super) fn insert(
        &self,
        key: Key,
        value: V,
        value_bytes: usize,
        lifetime: Lifetime,
        is_forgotten: impl FnOnce() -> bool,
        counters: &Counters,
    ) {
        let bytes = OVERHEAD + key.stored_bytes() + value_bytes;
        let mut queue = self.queue();
        if bytes > self.max_bytes || is_forgotten() {
            self.remove_queued(&key, &mut queue);
            counters.set_size(queue.entries, queue.bytes);
            return;
        }
        let number = self.last_number.load(Ordering::Relaxed) + 1;
        let entry = Entry::new(value, bytes, number, lifetime);
        let guard = self.entries.guard();
        if let Some(earlier) = self.entries.insert(Key::clone(&key), entry, &guard) {
            queue.count_removal(earlier.bytes(), self.max_bytes, &guard);
        }
        // Not before: who reads this number would look it up too early.
        self.last_number.store(number, Ordering::Release);
        queue.order.push_back((key, number));
        queue.entries += 1;
        queue.bytes += bytes;
        self.evict(&mut queue, lifetime.now, counters, &guard);
        counters.set_size(queue.entries, queue.bytes);
    }

    /// Counts memory that the value of an entry is going to use in addition. Returns false if the entry is not kept any
    /// more, or would be larger than the limit.
    pub(super) fn grow(
        &self,
        key: &Key,
        entry: &Entry<V>,
        bytes: usize,
        now: Instant,
        counters: &Counters,
    ) -> bool {
        let mut queue = self.queue();
        let guard = self.entries.guard();
        let kept = self.entries.get(key, &guard);
        let is_kept = kept.is_some_and(|kept| kept.number == entry.number);
        if !is_kept || entry.bytes() + bytes > self.max_bytes {
            return false;
        }
        entry.bytes.fetch_add(bytes, Ordering::Relaxed);
        queue.bytes += bytes;
        self.evict(&mut queue, now, counters, &guard);
        counters.set_size(queue.entries, queue.bytes);
        true
    }

    /// Terminates, since an entry gets only one second chance until it is used again.
    fn evict(&self, queue: &mut Queue, now: Instant, counters: &Counters, guard: &impl Guard) {
        // Also remove the numbers of entries that are gone, so that they never outnumber the entries.
        let max_bytes = self.max_bytes;
        while queue.bytes > max_bytes || queue.order.len() > 2 * queue.entries + 16 {
            let Some((key, number)) = queue.order.pop_front() else {
                return;
            };
            let is_evicted = |_: &Key, entry: &Entry<V>| {
                let has_chance =
                    || now < entry.kept_until && entry.used.swap(false, Ordering::Relaxed);
                entry.number == number && !has_chance() && queue.bytes > max_bytes
            };
            match self.entries.remove_if(&key, is_evicted, guard) {
                Ok(Some((_, entry))) => {
                    queue.count_removal(entry.bytes(), max_bytes, guard);
                    counters.evicted();
                }
                Err((_, entry)) if entry.number == number => {
                    queue.order.push_back((key, number));
                }
                // It is gone, or a newer one has its place.
                Ok(None) | Err(_) => {}
            }
        }
    }

    /// Removes a result. Calls in progress still insert theirs, unless they were marked as forgotten before.
    pub(super) fn forget(&self, key: &Key, counters: &Counters) {
        let mut queue = self.queue();
        self.remove_queued(key, &mut queue);
        counters.set_size(queue.entries, queue.bytes);
    }

    /// Removes all results of an authorizer for which the condition holds.
    pub(super) fn clear(&self, scope: &Scope, condition: impl Fn(&V) -> bool, counters: &Counters) {
        let mut queue = self.queue();
        let guard = self.entries.guard();
        let entries = self.entries.iter(&guard);
        let removed = entries.filter(|(key, entry)| scope.contains(key) && condition(&entry.value));
        let keys: Vec<_> = removed.map(|(key, _)| key).collect();
        for key in keys {
            self.remove_queued(key, &mut queue);
        }
        counters.set_size(queue.entries, queue.bytes);
    }

    fn remove_queued(&self, key: &Key, queue: &mut Queue) {
        let guard = self.entries.guard();
        if let Some(entry) = self.entries.remove(key, &guard) {
            queue.count_removal(entry.bytes(), self.max_bytes, &guard);
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
