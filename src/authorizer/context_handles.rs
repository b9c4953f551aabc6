//! Handles on a cached context, for many threads.

use std::sync::OnceLock;

use super::AuthorizerContext;
use crate::{policy::allocation, thread_slot::ThreadSlot};

/// A context that every hit needs a handle on. If threads shared one reference count, each hit would wait for the
/// processor of the hit before. So a context that several threads use often is spread: then each thread slot has a
/// handle with a count of its own.
#[derive(Debug)]
pub(crate) struct ContextHandles {
    context: AuthorizerContext,
    spread: OnceLock<Box<[Slot]>>,
}

/// Filled by a thread that uses it, so that the count is in this thread's part of the allocator's memory.
type Slot = OnceLock<AuthorizerContext>;

impl ContextHandles {
    pub(crate) fn new(context: AuthorizerContext) -> Self {
        Self {
            context,
            spread: OnceLock::new(),
        }
    }

    pub(crate) fn context(&self) -> &AuthorizerContext {
        &self.context
    }

    /// A handle for a request that this thread serves.
    pub(crate) fn handle(&self) -> AuthorizerContext {
        let slots = self.spread.get();
        match slots.and_then(|slots| slots.get(ThreadSlot::own().index())) {
            Some(slot) => slot.get_or_init(|| self.context.counted_apart()).clone(),
            None => self.context.clone(),
        }
    }

    /// From now on, each thread slot counts its own handles.
    pub(crate) fn spread(&self) {
        let slots = || (0..ThreadSlot::count()).map(|_| Slot::new()).collect();
        self.spread.get_or_init(slots);
    }

    /// How much memory it uses once it is spread and all slots are filled.
    pub(crate) fn spread_bytes() -> usize {
        let slots = ThreadSlot::count();
        let handle = allocation(AuthorizerContext::APART_BYTES);
        allocation(slots * size_of::<Slot>()) + slots * handle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AuthorizerResponse;

    fn handles() -> ContextHandles {
        let response = AuthorizerResponse::allow("*").with_principal_id("user-1");
        ContextHandles::new(AuthorizerContext::from(&response))
    }

    #[test]
    fn every_handle_is_the_same_context() {
        let handles = handles();
        let before = handles.handle();
        handles.spread();
        let after = handles.handle();
        assert_eq!(before, after);
        assert_eq!(after.principal_id(), Some("user-1"));
        assert_eq!(&after, handles.context());
    }

    /// The first handle makes the count of the thread's slot.
    #[test]
    fn each_thread_counts_in_its_own_slot() {
        let handles = handles();
        handles.spread();
        let filled = || {
            let slots = handles.spread.get().unwrap().iter();
            slots.map(|slot| slot.get().is_some()).collect::<Vec<_>>()
        };
        let mut expected = vec![false; ThreadSlot::count()];
        for _ in 0..2 * ThreadSlot::count() {
            let visit = || {
                let slot = ThreadSlot::own().index();
                let made = allocation_counter::measure(|| drop(handles.handle()));
                let again = allocation_counter::measure(|| drop(handles.handle()));
                (slot, made.count_total, again.count_total)
            };
            let visited = std::thread::scope(|scope| scope.spawn(visit).join());
            let (slot, made, again) = visited.unwrap();
            let first = !std::mem::replace(&mut expected[slot], true);
            assert_eq!((made, again), (u64::from(first), 0));
            assert_eq!(filled(), expected);
        }
    }

    /// For each slot, on a machine with any number of processors.
    #[test]
    fn spreading_costs_as_much_as_is_counted() {
        let handles = handles();
        let spread = allocation_counter::measure(|| {
            handles.spread();
            for slot in handles.spread.get().into_iter().flatten() {
                slot.get_or_init(|| handles.context.counted_apart());
            }
        });
        let real = spread.bytes_current + 16 * spread.count_current;
        assert_eq!(usize::try_from(real), Ok(ContextHandles::spread_bytes()));
    }
}
