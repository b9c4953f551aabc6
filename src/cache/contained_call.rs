//! Makes a call in a box, and turns its panics into failures.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::cached::FetchResult;
use crate::contained::Contained;

/// Makes a call in a box, and catches its panics, both when it is polled and when it is dropped.
pub(crate) fn contained<F: Future<Output = FetchResult>>(
    make: impl FnOnce() -> F,
) -> Pin<Box<ContainedCall<F>>> {
    let mut call = Box::into_pin(Box::<ContainedCall<F>>::default());
    call.as_mut().project().call.begin(make);
    call
}

pin_project! {
    /// A call whose panics are failures.
    pub(crate) struct ContainedCall<F> {
        #[pin]
        call: Contained<F>,
    }
}

impl<F> Default for ContainedCall<F> {
    fn default() -> Self {
        Self {
            call: Contained::default(),
        }
    }
}

impl<F: Future<Output = FetchResult>> Future for ContainedCall<F> {
    type Output = FetchResult;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<FetchResult> {
        let outcome = self.project().call.poll(context);
        outcome.map(|outcome| outcome.unwrap_or_else(|panicked| Err(Box::new(panicked.into()))))
    }
}
