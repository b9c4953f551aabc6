//! The random plan of a call.

use std::{future::pending, time::Duration};

use fastrand::Rng;
use tokio::task::yield_now;

/// How long a call takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Delay {
    None,
    Yields(u8),
    Sleeps(Duration),
    Forever,
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Answers,
    Unauthorized,
    Errs,
    Panics,
    /// The future panics when it is dropped after it was ready.
    PanicsAfterItsAnswer,
    Garbage,
}

/// What a call will do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) panics_at_once: bool,
    pub(super) delay: Delay,
    pub(super) end: End,
    pub(super) panics_when_dropped: bool,
}

impl Delay {
    pub(crate) fn new(random: &mut Rng) -> Self {
        match random.u8(..32) {
            0..14 => Self::None,
            14..25 => Self::Yields(random.u8(1..5)),
            25..31 => Self::Sleeps(Duration::from_millis(random.u64(1..8))),
            _ => Self::Forever,
        }
    }

    pub(crate) async fn wait(self) {
        match self {
            Self::None => (),
            Self::Yields(times) => {
                for _ in 0..times {
                    yield_now().await;
                }
            }
            Self::Sleeps(duration) => tokio::time::sleep(duration).await,
            Self::Forever => pending().await,
        }
    }
}

impl Plan {
    pub(super) fn new(random: &mut Rng) -> Self {
        Self {
            panics_at_once: random.u8(..64) == 0,
            delay: Delay::new(random),
            end: match random.u8(..32) {
                0..24 => End::Answers,
                24..26 => End::Unauthorized,
                26..28 => End::Errs,
                28 => End::Panics,
                29 => End::PanicsAfterItsAnswer,
                _ => End::Garbage,
            },
            panics_when_dropped: random.u8(..4) == 0,
        }
    }
}
