//! A call to the shared tier, as observers receive it.

use std::{fmt, time::Duration};

use super::of_layer::of_layer;
use crate::{names::names, pipeline::settings::Settings};

/// A call to the shared tier that has ended.
pub struct SharedTierCall<'c> {
    pub(super) settings: &'c Settings,
    pub(super) operation: SharedTierOperation,
    pub(super) outcome: SharedTierOutcome,
    pub(super) latency: Duration,
}

/// What a layer asks the shared tier for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SharedTierOperation {
    /// The result of an identity, before the authorizer is called.
    LookUp,
    /// To store the authorizer's answer.
    Store,
    /// To remove the earlier result of an identity, because the authorizer's answer is not stored.
    Remove,
}

/// How a call to the shared tier ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SharedTierOutcome {
    /// A look-up found a result.
    Found,
    /// A look-up found nothing.
    Missing,
    /// A look-up found a value that was not sealed for this identity, has expired, is too large, or has another version
    /// of the format.
    Unusable,
    /// The answer is stored, or the result is removed.
    Done,
    /// The answer cannot be stored, for example because it is too large. It was not sent.
    Unfit,
    /// The tier returned an error.
    Failed,
    /// The tier panicked.
    Panicked,
    /// It took longer than the timeout.
    TimedOut,
    /// The tier was not called: its timeout needs tokio's timer, and there is none.
    NoTimer,
    /// The tier was not called: its last calls failed, and its
    /// [circuit breaker](crate::caching#when-the-store-or-the-authorizer-fails) is open.
    Paused,
    /// Every request that waited for it was dropped.
    Abandoned,
}

of_layer!(SharedTierCall);

impl SharedTierCall<'_> {
    /// What the tier was asked for.
    #[must_use]
    pub fn operation(&self) -> SharedTierOperation {
        self.operation
    }

    /// How the call ended.
    #[must_use]
    pub fn outcome(&self) -> SharedTierOutcome {
        self.outcome
    }

    /// How long it took. This includes signing, or checking the signature and reading the answer.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.latency
    }
}

impl fmt::Debug for SharedTierCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedTierCall")
            .field("authorizer_name", &self.authorizer_name())
            .field("operation", &self.operation)
            .field("outcome", &self.outcome)
            .field("latency", &self.latency)
            .finish()
    }
}

names! {
    /// The name for labels and logs: `look_up`, `store` or `remove`.
    SharedTierOperation {
        LookUp "look_up",
        Store "store",
        Remove "remove",
    }
}

names! {
    /// The name for labels and logs: `found`, `missing`, `unusable`, `done`, `unfit`, `failed`, `panicked`, `timed_out`,
    /// `no_timer`, `paused` or `abandoned`.
    SharedTierOutcome {
        Found "found",
        Missing "missing",
        Unusable "unusable",
        Done "done",
        Unfit "unfit",
        Failed "failed",
        Panicked "panicked",
        TimedOut "timed_out",
        NoTimer "no_timer",
        Paused "paused",
        Abandoned "abandoned",
    }
}
