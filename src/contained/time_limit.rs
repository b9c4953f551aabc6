//! The time limit for the application's code.

use std::{future::Future, pin::pin, time::Duration};

use crate::{
    contained::{Contained, contain},
    primitives::time::{Instant, sleep_until, timeout_at},
};

/// The longest time that tokio waits.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// A deadline for several futures together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimeLimit {
    pub(crate) limit: Duration,
    until: Instant,
}

/// Why a future has no output in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotInTime {
    TimedOut {
        limit: Duration,
    },
    /// There is no tokio runtime, or its timer is disabled.
    NoTimer,
}

impl TimeLimit {
    /// A limit that begins now. Fails without a timer, so that no call begins that could not be ended.
    pub(crate) fn new(limit: Duration) -> Result<Self, NotInTime> {
        let until = Instant::now() + limit.min(FAR);
        match contain(|| drop(sleep_until(until))) {
            Ok(()) => Ok(Self { limit, until }),
            Err(_) => Err(NotInTime::NoTimer),
        }
    }

    /// Waits for the future's output. After the deadline, the future is dropped.
    pub(crate) async fn race<F: Future>(&self, future: F) -> Result<F::Output, NotInTime> {
        let timed = contain(|| timeout_at(self.until, future));
        let timed = timed.map_err(|_| NotInTime::NoTimer)?;
        // A runtime that shuts down stops its timer while tasks still run.
        let timed = pin!(Contained::new(timed)).await;
        let timed = timed.map_err(|_| NotInTime::NoTimer)?;
        timed.map_err(|_| NotInTime::TimedOut { limit: self.limit })
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use futures_util::FutureExt;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_duration_works_as_a_limit() {
        for limit in [
            Duration::ZERO,
            Duration::from_nanos(1),
            Duration::from_secs(1),
        ] {
            let late = TimeLimit::new(limit).unwrap();
            assert_eq!(late.race(ready(7)).await, Ok(7), "{limit:?}");
            let late = late.race(pending::<u8>()).await;
            assert_eq!(late, Err(NotInTime::TimedOut { limit }));
        }
        let endless = TimeLimit::new(Duration::MAX).unwrap();
        assert_eq!(endless.race(ready(7)).await, Ok(7));
        assert_eq!(endless.race(pending::<u8>()).now_or_never(), None);
    }

    #[test]
    fn without_a_timer_no_limit_begins() {
        let begun = || TimeLimit::new(Duration::MAX).map(|_| ());
        assert_eq!(begun(), Err(NotInTime::NoTimer));
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        assert_eq!(runtime.block_on(async { begun() }), Err(NotInTime::NoTimer));
    }
}
