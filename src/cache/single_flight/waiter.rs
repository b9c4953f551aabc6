//! A request that waits for a call.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use super::{call::Call, wakers::Slot};

/// A request's share in a call: a future of the call's result. Polling it drives the call.
#[derive(Debug)]
pub(crate) struct Waiter<T> {
    /// `None` after it was ready.
    call: Option<Arc<Call<T>>>,
    slot: Slot,
}

impl<T> Waiter<T> {
    #[cfg(all(test, shuttle))]
    pub(super) fn call(&self) -> Arc<Call<T>> {
        self.call.clone().unwrap()
    }

    /// The request has to be counted as waiting.
    pub(super) fn new(call: Arc<Call<T>>) -> Self {
        Self {
            call: Some(call),
            slot: Slot::default(),
        }
    }
}

impl<T: Clone + Send + Sync + 'static> Future for Waiter<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let call = this.call.as_ref().expect("polled after it was ready");
        let polled = call.poll(&mut this.slot, context.waker());
        if polled.is_ready() {
            if let Some(call) = this.call.take() {
                call.leave_memory();
            }
        }
        polled
    }
}

impl<T> Drop for Waiter<T> {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            call.leave(&self.slot);
        }
    }
}
