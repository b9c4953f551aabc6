//! The order in which the calls of one key ask.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers the moments of all calls.
#[derive(Debug, Default)]
pub(super) struct Order(AtomicU64);

impl Order {
    /// Moments begin with 1.
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }
}

/// When a call asked the authorizer, or before that the shared tier. The time lies between two moments, because the
/// authorizer's code runs between them.
#[derive(Debug, Default)]
pub(super) struct AskedAt {
    /// Zero if the call has not asked.
    earliest: AtomicU64,
    latest: AtomicU64,
}

impl AskedAt {
    /// The call begins to ask.
    pub(super) fn note_begin(&self, order: &Order) {
        self.earliest.store(order.next(), Ordering::SeqCst);
    }

    /// The call has asked.
    pub(super) fn note_end(&self, order: &Order) {
        self.latest.store(order.next(), Ordering::SeqCst);
    }

    /// Whether this call may have asked before the other one.
    pub(super) fn may_be_before(&self, other: &Self) -> bool {
        let earliest = self.earliest.load(Ordering::SeqCst);
        earliest != 0 && earliest < other.latest.load(Ordering::SeqCst)
    }
}
