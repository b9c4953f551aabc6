//! The time at which a request arrived, and its ids.

use std::{cell::OnceCell, time::SystemTime};

use super::RequestIds;
use crate::clock::Clock;

/// The time and the ids of a request. They are created when they are first read, so most requests do not pay for them.
/// After that they stay the same, so that `$context` and the response agree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrival(OnceCell<Noted>);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Noted {
    pub(crate) ids: RequestIds,
    pub(crate) time: SystemTime,
}

impl Arrival {
    /// An arrival that was noted earlier.
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
