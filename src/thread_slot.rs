//! A small number for each thread, for data that each thread writes often and that threads should not compete for.

use std::{
    num::NonZeroUsize,
    sync::{
        LazyLock,
        atomic::{AtomicU8, Ordering},
    },
    thread,
};

/// A place for the data of one thread. Threads that have to share one compete for it, as if there were no slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThreadSlot(u8);

impl ThreadSlot {
    /// The greatest number of slots.
    pub(crate) const MAX: usize = 16;

    /// The number of slots: one for each processor.
    pub(crate) fn count() -> usize {
        static COUNT: LazyLock<usize> = LazyLock::new(|| {
            let processors = thread::available_parallelism();
            let processors = processors.map_or(ThreadSlot::MAX, NonZeroUsize::get);
            processors.min(ThreadSlot::MAX)
        });
        *COUNT
    }

    /// The slot of this thread. Threads that start one after the other have different slots.
    pub(crate) fn own() -> Self {
        thread_local! {
            static OWN: ThreadSlot = {
                static NEXT: AtomicU8 = AtomicU8::new(0);
                let next = |slot| Some((slot + 1) % u8::try_from(ThreadSlot::count()).unwrap_or(1));
                let slot = NEXT.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
                ThreadSlot(slot.unwrap_or(0))
            };
        }
        OWN.with(|own| *own)
    }

    /// Less than [`count`](Self::count).
    pub(crate) fn index(self) -> usize {
        self.0.into()
    }
}
