//! The deadline of the application's code.

use std::{future::Future, pin::pin, time::Duration};

use crate::{
    contained::{Contained, contain},
    primitives::time::{Instant, sleep_until, timeout_at},
};

/// The longest time that tokio waits.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// A deadline for several futures together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    timeout: Duration,
    until: Instant,
}

/// Why a future has no output in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeadlineError {
    TimedOut {
        limit: Duration,
    },
    /// There is no tokio runtime, or its timer is disabled.
    NoTimer,
}

impl Deadline {
    /// The timeout begins now. Fails without a timer, so that no call begins that could not be ended.
    pub(crate) fn after(timeout: Duration) -> Result<Self, DeadlineError> {
        let until = Instant::now() + timeout.min(FAR);
        match contain(|| drop(sleep_until(until))) {
            Ok(()) => Ok(Self { timeout, until }),
            Err(_) => Err(DeadlineError::NoTimer),
        }
    }

    /// Waits for the future's output. After the deadline, the future is dropped.
    pub(crate) async fn race<F: Future>(&self, future: F) -> Result<F::Output, DeadlineError> {
        let timed = contain(|| timeout_at(self.until, future));
        let timed = timed.map_err(|_| DeadlineError::NoTimer)?;
        // A runtime that shuts down stops its timer while tasks still run.
        let timed = pin!(Contained::new(timed)).await;
        let timed = timed.map_err(|_| DeadlineError::NoTimer)?;
        timed.map_err(|_| DeadlineError::TimedOut {
            limit: self.timeout,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_duration_works_as_a_timeout() {
        for limit in [
            Duration::ZERO,
            Duration::from_nanos(1),
            Duration::from_secs(1),
        ] {
            let deadline = Deadline::after(limit).unwrap();
            assert_eq!(deadline.race(ready(7)).await, Ok(7), "{limit:?}");
            let late = deadline.race(pending::<u8>()).await;
            assert_eq!(late, Err(DeadlineError::TimedOut { limit }));
        }
        let endless = Deadline::after(Duration::MAX).unwrap();
        assert_eq!(endless.race(ready(7)).await, Ok(7));
        assert_eq!(endless.race(pending::<u8>()).now_or_never(), None);
    }

    #[test]
    fn without_a_timer_no_timeout_begins() {
        let begun = || Deadline::after(Duration::MAX).map(|_| ());
        assert_eq!(begun(), Err(DeadlineError::NoTimer));
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        assert_eq!(
            runtime.block_on(async { begun() }),
            Err(DeadlineError::NoTimer)
        );
    }
}
