//! The memory tier: results in a map with a limit in bytes. Readers take no lock and update no shared counter.
//!
//! It evicts entries in the order of their arrival, with a second chance: an entry that was used since goes to the back
//! of the queue instead. Only writers lock the queue.

use std::{
    collections::VecDeque,
    hash::Hash,
    mem,
    sync::{
        PoisonError,
        atomic::{AtomicBool, AtomicU16, AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use papaya::{Equivalent, Guard, HashMap, HashMapRef, LocalGuard};

use super::{
    key::{Key, KeyHash, Scope, key_hash},
    statistics::Counters,
};
use crate::{
    clock::later,
    primitives::sync::{Mutex, MutexGuard},
    thread_slot::ThreadSlot,
};

/// The measured cost of an entry in addition to its key and its value: its slots in the map and the queue, and the key's
/// hash.
const OVERHEAD: usize = 248;

/// Removed entries may use this fraction of the limit until they are freed.
const RETIRED: usize = 64;

/// An entry is hot after this many hits by other threads.
const HOT: u16 = 32;

/// Results by key.
#[derive(Debug)]
pub(super) struct Memory<V> {
    entries: HashMap<Key, Entry<V>, KeyHash>,
    queue: Mutex<Queue>,
    max_bytes: AtomicUsize,
    /// The number of the last entry. Changes only while the queue is locked.
    last_number: AtomicU64,
}

/// The last insertion. A key that had no fresh value after it has none as long as it is the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastInserted(u64);

#[derive(Debug)]
pub(super) struct Entry<V> {
    pub(super) value: V,
    /// A time of the cache's clock. Over from the beginning if the value has to be asked whether it is fresh.
    pub(super) fresh_until: Instant,
    /// Until when it is kept to be served stale.
    kept_until: Instant,
    used: AtomicBool,
    /// The thread slot that inserted it, and the number of hits by others, until it is hot.
    home: ThreadSlot,
    elsewhere: AtomicU16,
    /// Changes only while the queue is locked.
    bytes: AtomicUsize,
    /// Distinguishes the entry from earlier ones of the same key.
    number: u64,
}

impl<V> Entry<V> {
    fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Counts a hit by this thread. Returns true once: when other threads than the one that inserted it have hit it often.
    pub(super) fn becomes_hot(&self, thread: ThreadSlot) -> bool {
        if self.home == thread || self.elsewhere.load(Ordering::Relaxed) >= HOT {
            return false;
        }
        let counted = self.elsewhere.fetch_add(1, Ordering::Relaxed) + 1;
        counted == HOT
    }
}

#[derive(Debug, Default)]
struct Queue {
    order: VecDeque<(Key, u64)>,
    /// The number of entries, since the map would have to count them.
    entries: usize,
    bytes: usize,
    retired: Retired,
}

impl Queue {
    /// Counts the removal of an entry of this size. Frees what this thread has removed if too much waits for that.
    fn lose(&mut self, bytes: usize, max_bytes: usize, guard: &impl Guard) {
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

/// How long a value is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lifetime {
    pub(super) now: Instant,
    pub(super) fresh: Duration,
    /// How long it is kept after that.
    pub(super) stale: Duration,
    /// Whether the value has to be asked at each hit whether it is fresh, because its age alone does not decide that.
    pub(super) is_guarded: bool,
}

impl Lifetime {
    /// Shortens it, so that the value is gone after this time.
    pub(super) fn at_most(self, time: Duration) -> Self {
        let fresh = self.fresh.min(time);
        Self {
            fresh,
            stale: self.stale.min(time - fresh),
            ..self
        }
    }

    pub(super) fn fresh_until(&self) -> Instant {
        later(self.now, self.fresh)
    }
}

impl<V: Send + Sync + 'static> Memory<V> {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self {
            entries: HashMap::with_hasher(key_hash()),
            queue: Mutex::default(),
            max_bytes: AtomicUsize::new(max_bytes),
            last_number: AtomicU64::new(0),
        }
    }

    pub(super) fn set_max_bytes(&self, bytes: usize) {
        self.max_bytes.store(bytes, Ordering::Relaxed);
    }

    fn max_bytes(&self) -> usize {
        self.max_bytes.load(Ordering::Relaxed)
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
        if bytes > self.max_bytes() || is_forgotten() {
            self.remove_queued(&key, &mut queue);
            counters.set_size(queue.entries, queue.bytes);
            return;
        }
        let number = self.last_number.load(Ordering::Relaxed) + 1;
        let fresh_until = lifetime.fresh_until();
        let entry = Entry {
            value,
            fresh_until: if lifetime.is_guarded {
                lifetime.now
            } else {
                fresh_until
            },
            kept_until: later(fresh_until, lifetime.stale),
            used: AtomicBool::new(false),
            home: ThreadSlot::own(),
            elsewhere: AtomicU16::new(0),
            bytes: AtomicUsize::new(bytes),
            number,
        };
        let guard = self.entries.guard();
        if let Some(earlier) = self.entries.insert(Key::clone(&key), entry, &guard) {
            queue.lose(earlier.bytes(), self.max_bytes(), &guard);
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
        if !is_kept || entry.bytes() + bytes > self.max_bytes() {
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
        let max_bytes = self.max_bytes();
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
                    queue.lose(entry.bytes(), max_bytes, guard);
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
            queue.lose(entry.bytes(), self.max_bytes(), &guard);
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
