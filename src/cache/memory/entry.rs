//! An entry of the memory tier: a result, until when it is kept, and how it was used.

use std::{
    sync::atomic::{AtomicBool, AtomicU16, AtomicUsize, Ordering},
    time::Instant,
};

use super::lifetime::Lifetime;
use crate::{clock::later, thread_slot::ThreadSlot};

/// An entry is hot after this many hits by other threads.
pub(super) const HOT: u16 = 32;

#[derive(Debug)]
pub(in crate::cache) struct Entry<V> {
    pub(in crate::cache) value: V,
    /// A time of the cache's clock. Always in the past if only the value knows whether it is fresh.
    pub(in crate::cache) fresh_until: Instant,
    /// Until when it is kept to be served stale.
    pub(super) kept_until: Instant,
    pub(super) used: AtomicBool,
    inserted_by: ThreadSlot,
    /// Counts until the entry is hot.
    hits_by_others: AtomicU16,
    /// Changes only while the queue is locked.
    pub(super) bytes: AtomicUsize,
    /// Distinguishes the entry from earlier ones of the same key.
    pub(super) number: u64,
}

impl<V> Entry<V> {
    /// An entry that this thread inserts now.
    pub(super) fn new(value: V, bytes: usize, number: u64, lifetime: Lifetime) -> Self {
        let fresh_until = lifetime.fresh_until();
        Self {
            value,
            fresh_until: if lifetime.is_guarded {
                lifetime.now
            } else {
                fresh_until
            },
            kept_until: later(fresh_until, lifetime.stale),
            used: AtomicBool::new(false),
            inserted_by: ThreadSlot::own(),
            hits_by_others: AtomicU16::new(0),
            bytes: AtomicUsize::new(bytes),
            number,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Counts a hit by this thread. Returns true once: when other threads than the one that inserted it have hit it often.
    pub(in crate::cache) fn becomes_hot(&self, thread: ThreadSlot) -> bool {
        if self.inserted_by == thread || self.hits_by_others.load(Ordering::Relaxed) >= HOT {
            return false;
        }
        let counted = self.hits_by_others.fetch_add(1, Ordering::Relaxed) + 1;
        counted == HOT
    }
}
