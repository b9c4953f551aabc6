//! The clock of a model and its timers, with the names of tokio's.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    ops::Add,
    pin::pin,
    task::{Poll, Waker},
    time::Duration,
};

use futures_util::future::{Either, select};

/// shuttle runs all threads of a model on one thread of the system.
#[derive(Default)]
struct Clock {
    elapsed: Duration,
    sleepers: Vec<Waker>,
}

thread_local! {
    static CLOCK: RefCell<Clock> = RefCell::default();
}

/// The time since the model began.
pub(crate) fn elapsed() -> Duration {
    CLOCK.with_borrow(|clock| clock.elapsed)
}

/// Begins a model.
pub(crate) fn reset() {
    CLOCK.take();
}

/// Moves the clock, and wakes all who wait for it.
pub(crate) fn advance(by: Duration) {
    let sleepers = CLOCK.with_borrow_mut(|clock| {
        clock.elapsed += by;
        std::mem::take(&mut clock.sleepers)
    });
    sleepers.into_iter().for_each(Waker::wake);
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(Duration);

impl Instant {
    pub(crate) fn now() -> Self {
        Self(elapsed())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        elapsed() - self.0
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, by: Duration) -> Self {
        Self(self.0 + by)
    }
}

pub(crate) async fn sleep(by: Duration) {
    sleep_until(Instant::now() + by).await;
}

pub(crate) async fn sleep_until(deadline: Instant) {
    poll_fn(|context| {
        if Instant::now() < deadline {
            CLOCK.with_borrow_mut(|clock| clock.sleepers.push(context.waker().clone()));
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}

/// The deadline is over.
#[derive(Debug)]
pub(crate) struct Elapsed;

pub(crate) async fn timeout_at<F: Future>(
    deadline: Instant,
    future: F,
) -> Result<F::Output, Elapsed> {
    match select(pin!(future), pin!(sleep_until(deadline))).await {
        Either::Left((output, _)) => Ok(output),
        Either::Right(((), _)) => Err(Elapsed),
    }
}
