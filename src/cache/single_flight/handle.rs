//! A handle on a call, for the future that runs in it.

use std::{
    future::Future,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use pin_project_lite::pin_project;

use super::{call::Call, order::AskedAt};
use crate::cache::{key::Key, shared::revocations::Begun};

/// A call's view of its own state.
#[derive(Debug)]
pub(crate) struct CallHandle<T>(Arc<Call<T>>);

impl<T> Clone for CallHandle<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> CallHandle<T> {
    pub(super) fn new(call: &Arc<Call<T>>) -> Self {
        Self(Arc::clone(call))
    }

    pub(super) fn call(&self) -> &Call<T> {
        &self.0
    }

    pub(in crate::cache) fn key(&self) -> &Key {
        self.0.key()
    }

    /// How far the log of revocations was read when the call began. `None` if revocations do not reach this process.
    pub(in crate::cache) fn begun(&self) -> Option<&Begun> {
        self.0.begun()
    }

    /// Asks the authorizer or the shared tier, and notes when.
    pub(crate) fn note_asking<F: Future>(&self, ask: impl FnOnce() -> F) -> Noting<'_, F, T> {
        self.0.note(AskedAt::note_begin);
        Noting {
            future: ask(),
            has_asked: false,
            call: self,
        }
    }

    /// Marks that the call has its answer. Requests may join the call until then. Later answers to other calls are newer.
    pub(in crate::cache) fn note_answer(&self, joinable_until: Instant) {
        self.0.note_answer(joinable_until);
    }

    /// Whether the key was forgotten since the call began.
    pub(in crate::cache) fn is_forgotten(&self) -> bool {
        self.0.is_forgotten()
    }
}

pin_project! {
    /// The future of the authorizer or the shared tier. Not an async block, which would drop the application's future
    /// while that panics. If it panicked again, the process would abort.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Noting<'c, F, T> {
        #[pin]
        future: F,
        has_asked: bool,
        call: &'c CallHandle<T>,
    }
}

impl<F: Future, T> Future for Noting<'_, F, T> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = this.future.poll(context);
        if !mem::replace(this.has_asked, true) {
            this.call.0.note(AskedAt::note_end);
        }
        polled
    }
}
