//! Catches panics of the application's code in the layer: authorizers, their errors and stores. So every request that
//! waits for an answer gets one.

pub(crate) mod deadline;

use std::{
    any::Any,
    future::Future,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use pin_project_lite::pin_project;

/// The application's code panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panicked {
    /// The panic's message.
    pub(crate) message: String,
}

impl Panicked {
    fn new(payload: Box<dyn Any + Send>) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        let message = text.unwrap_or("(no message)").to_owned();
        // The payload may panic when it is dropped. The payload of that second panic is leaked.
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            mem::forget(payload);
        }
        Self { message }
    }
}

/// Runs the application's code and catches its panic.
pub(crate) fn contain<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(run)).map_err(Panicked::new)
}

/// Drops a value of the application and catches its panic.
pub(crate) fn drop_contained<T>(value: T) -> Result<(), Panicked> {
    contain(|| drop(value))
}

pin_project! {
    /// A future of the application. Panics are caught separately when it is polled and when it is dropped, so a future
    /// that panics in both does not abort the process.
    pub(crate) struct Contained<F> {
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Contained<F> {
        fn drop(this: Pin<&mut Self>) {
            // No one is left to receive the error.
            let _ = this.end();
        }
    }
}

/// The place for a future that has not [begun](Contained::begin).
impl<F> Default for Contained<F> {
    fn default() -> Self {
        Self { future: None }
    }
}

impl<F> Contained<F> {
    pub(crate) fn new(future: F) -> Self {
        Self {
            future: Some(future),
        }
    }

    /// Makes a future in its place. A future may be large, and would otherwise be moved there.
    pub(crate) fn begin(self: Pin<&mut Self>, make: impl FnOnce() -> F) {
        self.project().future.set(Some(make()));
    }

    /// Drops the future.
    pub(crate) fn end(self: Pin<&mut Self>) -> Result<(), Panicked> {
        let mut future = self.project().future;
        contain(|| future.set(None))
    }
}

impl<F: Future> Future for Contained<F> {
    type Output = Result<F::Output, Panicked>;

    /// If the future panics when it is dropped after it is ready, it has failed, and its output is discarded.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let future = self.as_mut().project().future.as_pin_mut();
        let future = future.expect("polled after it was ready");
        // If the closure returned the output, it would be moved several times.
        let mut output = Poll::Pending;
        if let Err(panicked) = contain(|| output = future.poll(context)) {
            let _ = self.end();
            return Poll::Ready(Err(panicked));
        }
        let output = ready!(output);
        Poll::Ready(self.end().map(|()| output))
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, panic::panic_any, pin::pin};

    use futures_util::FutureExt;

    use super::*;

    struct PanicsWhenDropped;

    impl Drop for PanicsWhenDropped {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    /// Panics when it is dropped and, if configured, when it is polled.
    struct Vicious {
        answer: Poll<u8>,
        panics: bool,
        _held: PanicsWhenDropped,
    }

    impl Future for Vicious {
        type Output = u8;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
            assert!(!self.panics, "polled");
            self.answer
        }
    }

    fn vicious(answer: Poll<u8>, panics: bool) -> Contained<Vicious> {
        Contained::new(Vicious {
            answer,
            panics,
            _held: PanicsWhenDropped,
        })
    }

    #[test]
    fn the_first_panic_of_a_future_is_returned() {
        let polled = vicious(Poll::Pending, true).now_or_never().unwrap();
        assert_eq!(polled.unwrap_err().message, "polled");
        let ready = vicious(Poll::Ready(7), false).now_or_never().unwrap();
        assert_eq!(ready.unwrap_err().message, "dropped");
        drop(vicious(Poll::Pending, false));
        let mut given_up = pin!(vicious(Poll::Pending, false));
        assert!(given_up.as_mut().now_or_never().is_none());
        assert_eq!(given_up.as_mut().end().unwrap_err().message, "dropped");
        assert_eq!(given_up.end(), Ok(()), "already dropped");
    }

    #[test]
    fn a_payload_that_panics_when_it_is_dropped_is_caught() {
        for run in [|| panic_any(PanicsWhenDropped), || panic_any(4711)] {
            assert_eq!(contain(run).unwrap_err().message, "(no message)");
        }
        assert_eq!(
            drop_contained(PanicsWhenDropped).unwrap_err().message,
            "dropped"
        );
    }

    #[test]
    fn a_future_that_does_not_panic_is_unchanged() {
        assert_eq!(Contained::new(async { 7 }).now_or_never(), Some(Ok(7)));
        assert_eq!(Contained::new(pending::<u8>()).now_or_never(), None);
        assert_eq!(contain(|| 7), Ok(7));
        assert_eq!(drop_contained(7), Ok(()));
    }
}
