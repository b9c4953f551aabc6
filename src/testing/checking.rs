//! A future that sends requests and then fails the test, at the line that awaits it.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::future::BoxFuture;

/// If it panics, it points at the line that awaits it.
pub(super) struct Checking {
    /// An error describes what failed.
    run: BoxFuture<'static, Result<(), String>>,
}

impl Checking {
    pub(super) fn new(run: impl Future<Output = Result<(), String>> + Send + 'static) -> Self {
        Self { run: Box::pin(run) }
    }
}

impl Future for Checking {
    type Output = ();

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // No closure here: the panic would point at the closure.
        match self.run.as_mut().poll(context) {
            Poll::Ready(Err(failures)) => panic!("{failures}"),
            Poll::Ready(Ok(())) => Poll::Ready(()),
            Poll::Pending => Poll::Pending,
        }
    }
}
