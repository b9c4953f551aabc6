//! When a request came, and the ids that it was given.

use std::{cell::OnceCell, time::SystemTime};

use super::RequestIds;
use crate::clock::Clock;

/// Noted once, when somebody first asks, so that `$context` and the response agree, and a request that nobody
/// asks about costs nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrival(OnceCell<Noted>);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted {
    pub(crate) ids: RequestIds,
    pub(crate) time: SystemTime,
}

impl Arrival {
    /// As it was noted before.
    pub(crate) fn at(noted: Noted) -> Self {
        Self(OnceCell::from(noted))
    }

    pub(crate) fn noted(&self, clock: &Clock) -> Noted {
        *self.0.get_or_init(|| Noted {
            ids: RequestIds::draw(),
            time: clock.now(),
        })
    }
}
