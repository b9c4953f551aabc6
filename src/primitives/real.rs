//! What all programs use.

pub(crate) use std::sync;
use std::time::Instant;

#[cfg(feature = "shared-cache")]
pub(crate) use tokio::runtime;
pub(crate) use tokio::time;

/// The current moment of the monotonic clock.
#[inline]
pub(crate) fn now() -> Instant {
    Instant::now()
}
