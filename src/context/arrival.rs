//! When a request came, and the ids that it was given.

use std::time::SystemTime;

use super::RequestIds;
use crate::clock::Clock;

/// Noted once, so that `$context` and the response agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) ids: RequestIds,
    pub(crate) time: SystemTime,
}

impl Arrival {
    pub(crate) fn now(clock: &Clock) -> Self {
        Self {
            ids: RequestIds::draw(),
            time: clock.now(),
        }
    }
}
