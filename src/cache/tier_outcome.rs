//! What the shared tier gets, and how calls to it end.

use std::time::Duration;

use super::{cached::Answer, shared::revocations::Vouched};

/// The result of a look-up in the shared tier.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "shared-cache"),
    expect(dead_code, reason = "only a shared tier finds answers")
)]
#[cfg_attr(
    feature = "shared-cache",
    expect(
        clippy::large_enum_variant,
        reason = "a tier that is warm finds almost all answers, and a box would be one more allocation for each"
    )
)]
pub(crate) enum Loaded {
    Found {
        answer: Answer,
        /// How long the answer is still fresh, by the TTL of the process that stored it.
        remaining: Duration,
        /// What decides whether it was revoked. `None` if the process that stored it did not follow revocations.
        vouched: Option<Vouched>,
    },
    Missing,
    /// The value in the tier is not an intact value for this key.
    Unusable,
    Failed(TierFault),
    /// The tier was not asked, because its circuit breaker is open.
    Paused,
}

/// An answer for the shared tier.
pub(super) struct ToStore {
    pub(super) answer: Answer,
    /// `None` if revocations do not reach this process.
    pub(super) vouched: Option<Vouched>,
}

/// Whether the shared tier answered the look-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tier {
    Answers,
    Failed,
    /// It was not asked, because its circuit breaker is open.
    Paused,
}

/// The result of a write to the shared tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "shared-cache"),
    expect(dead_code, reason = "only a shared tier stores answers")
)]
pub(crate) enum Stored {
    Kept,
    /// The answer cannot be stored there, and was not sent.
    Unfit,
    Failed(TierFault),
    /// The answer was not sent, because the tier's circuit breaker is open.
    Paused,
}

/// Why a call to the shared tier has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "shared-cache"),
    expect(dead_code, reason = "only a shared tier has faults of these kinds")
)]
pub(crate) enum TierFault {
    /// It returned an error.
    Failed,
    Panicked,
    TimedOut,
    NoTimer,
}
