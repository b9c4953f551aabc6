//! One call, and what the requests that wait for it do with it.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::Instant,
};

use super::{
    SingleFlight,
    order::{AskedAt, Order},
    wakers::{Slot, Wakers},
};
use crate::{
    cache::{key::Key, shared::revocations::Begun},
    contained::drop_contained,
    primitives::sync::{Mutex, MutexGuard},
};

type CallFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A call. It leaves the list when it ends, or when the last request that waits for it is dropped.
pub(super) struct Call<T> {
    state: Mutex<State<T>>,
    /// The number of requests that wait. Once it is zero, it stays zero.
    waiting: AtomicUsize,
    key: Key,
    /// `None` when the call has ended and nothing refers to it any more.
    single_flight: Option<Arc<SingleFlight<T>>>,
    /// Whether the key was forgotten since the call began. The mark is part of the call, so it does not outlive the call
    /// or affect other keys.
    is_forgotten: AtomicBool,
    asked: AskedAt,
    /// `None` if revocations do not reach this process.
    begun: Option<Begun>,
}

struct State<T> {
    /// `None` while a request polls it, and when it has ended. The future and the wakers that it registers refer
    /// to this call, so it is dropped as soon as it has ended or no request waits for it.
    future: Option<CallFuture<T>>,
    /// For the requests that wait when the call has ended.
    result: Option<T>,
    /// Set when the call has its answer, which may not be cached yet: until when others may join it.
    joinable_until: Option<Instant>,
    wakers: Wakers,
    /// Whether the call was woken since a request last began to poll it.
    is_woken: bool,
}

impl<T: Clone + Send + Sync + 'static> Call<T> {
    /// Begins a call for one request, which has to get a `Waiter`.
    pub(super) fn begin<F>(
        key: Key,
        begun: Option<Begun>,
        single_flight: &Arc<SingleFlight<T>>,
        spare: Option<Arc<Self>>,
        future: impl FnOnce(&Arc<Self>) -> Pin<Box<F>>,
    ) -> Arc<Self>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let call = Self {
            state: Mutex::new(State {
                future: None,
                result: None,
                joinable_until: None,
                wakers: Wakers::default(),
                is_woken: false,
            }),
            waiting: AtomicUsize::new(1),
            key,
            single_flight: Some(Arc::clone(single_flight)),
            is_forgotten: AtomicBool::new(false),
            asked: AskedAt::default(),
            begun,
        };
        let call = match spare {
            Some(mut spare) => match Arc::get_mut(&mut spare) {
                Some(memory) => {
                    *memory = call;
                    spare
                }
                None => Arc::new(call),
            },
            None => Arc::new(call),
        };
        let future: CallFuture<T> = future(&call);
        call.state().future = Some(future);
        call
    }

    /// Counts one more request that waits. Returns `false` if none waits for the call any more, so that it is or will be
    /// dropped.
    pub(super) fn join(&self) -> bool {
        let one_more = |waiting: usize| (waiting > 0).then(|| waiting + 1);
        let joined = self
            .waiting
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more);
        joined.is_ok()
    }

    /// Polls the future for one waiter, unless another one polls it.
    pub(super) fn poll(self: &Arc<Self>, slot: &mut Slot, own_waker: &Waker) -> Poll<T> {
        let mut state = self.state();
        if let Some(result) = state.result.take() {
            if !self.is_last_to_leave() {
                state.result = Some(result.clone());
            }
            return Poll::Ready(result);
        }
        let Some(mut future) = state.future.take() else {
            // Another request polls the call, and wakes this one if the call was woken before this one was registered.
            let replaced = state.wakers.register(slot, own_waker.clone());
            drop(state);
            let _ = drop_contained(replaced);
            return Poll::Pending;
        };
        state.is_woken = false;
        drop(state);
        let waker = Waker::from(Arc::clone(self));
        let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) else {
            self.put_back(future, slot, own_waker.clone());
            return Poll::Pending;
        };
        drop(future);
        self.leave_list();
        let mut state = self.state();
        let own_waker = state.wakers.remove(slot);
        let is_last = self.is_last_to_leave();
        let others = (!is_last).then(|| {
            state.result = Some(result.clone());
            state.wakers.take()
        });
        drop(state);
        if own_waker.is_some() {
            let _ = drop_contained(own_waker);
        }
        if let Some(others) = others {
            others.wake_all();
        }
        Poll::Ready(result)
    }
}

impl<T> Call<T> {
    /// Ends a request's poll of the call. If the call was woken during the poll, this wakes the request itself and those
    /// that found the call busy since then.
    fn put_back(&self, future: CallFuture<T>, slot: &mut Slot, waker: Waker) {
        let mut state = self.state();
        let replaced = state.wakers.register(slot, waker);
        state.future = Some(future);
        let woken = state.is_woken.then(|| state.wakers.take());
        drop(state);
        let _ = drop_contained(replaced);
        if let Some(woken) = woken {
            woken.wake_all();
        }
    }

    /// A request stops waiting, and the last one drops the call.
    pub(super) fn leave(self: &Arc<Self>, slot: &Slot) {
        let is_last = self.is_last_to_leave();
        let mut state = self.state();
        let waker = state.wakers.remove(slot);
        if !is_last {
            state.wakers.free(slot);
        }
        let abandoned = state.future.take_if(|_| is_last);
        let result = state.result.take_if(|_| is_last);
        drop(state);
        drop(result);
        let _ = drop_contained(waker);
        if abandoned.is_some() {
            self.leave_list();
        }
    }

    fn leave_list(self: &Arc<Self>) {
        if let Some(single_flight) = &self.single_flight {
            single_flight.remove(self);
        }
    }

    /// Leaves the memory of a call that has ended to the next one, if nothing refers to it any more. The key is a
    /// credential, so it is not left there.
    pub(super) fn leave_memory(mut self: Arc<Self>) {
        let Some(ended) = Arc::get_mut(&mut self) else {
            return;
        };
        let Some(single_flight) = ended.single_flight.take() else {
            return;
        };
        ended.key = Key::default();
        ended.begun = None;
        single_flight.keep(self);
    }

    /// Counts a request that waits no longer.
    fn is_last_to_leave(&self) -> bool {
        self.waiting.fetch_sub(1, Ordering::AcqRel) == 1
    }

    /// Notes that the key was forgotten.
    pub(super) fn mark_forgotten(&self) {
        self.is_forgotten.store(true, Ordering::Release);
    }

    pub(super) fn is_forgotten(&self) -> bool {
        self.is_forgotten.load(Ordering::Acquire)
    }

    pub(super) fn note_answer(&self, joinable_until: Instant) {
        self.state().joinable_until.get_or_insert(joinable_until);
    }

    pub(super) fn is_joinable(&self, now: Instant) -> bool {
        let until = self.state().joinable_until;
        until.is_none_or(|until| now < until) && self.begun.as_ref().is_none_or(Begun::is_joinable)
    }

    pub(super) fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// Whether its answer is or may become older than that of a call which already has its answer.
    pub(super) fn may_be_older_than(&self, newer: &Self) -> bool {
        self.state().joinable_until.is_some() || self.asked.may_be_before(&newer.asked)
    }

    pub(super) fn note(&self, note: fn(&AskedAt, &Order)) {
        if let Some(single_flight) = &self.single_flight {
            note(&self.asked, &single_flight.order);
        }
    }

    /// How far the log of revocations was read when the call began.
    pub(super) fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    pub(super) fn key(&self) -> &Key {
        &self.key
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the call registers: wakes all requests that wait for it.
impl<T: Send + Sync + 'static> Wake for Call<T> {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = self.state();
        state.is_woken = true;
        let wakers = state.wakers.take();
        drop(state);
        wakers.wake_all();
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}
