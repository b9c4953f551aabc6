//! A change of a circuit breaker, as observers receive it.

use std::{fmt, time::Duration};

use super::of_layer::of_layer;
use crate::{breaker::Change, names::names, pipeline::settings::Settings};

/// A [circuit breaker](crate::caching#when-the-store-or-the-authorizer-fails) has changed its state.
pub struct BreakerEvent<'e> {
    pub(super) settings: &'e Settings,
    pub(super) breaker: BreakerName,
    pub(super) change: Change,
}

/// What a circuit breaker protects from calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerName {
    /// The store of a shared cache.
    SharedTier,
    /// The authorizer.
    Authorizer,
}

/// The state that a circuit breaker has now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BreakerState {
    /// No calls are made for a while. A failed probe leads to this state again.
    Open,
    /// A single call tests whether calls work again.
    HalfOpen,
    /// Calls are made.
    Closed,
}

of_layer!(BreakerEvent);

impl BreakerEvent<'_> {
    /// Which breaker it is.
    #[must_use]
    pub fn breaker(&self) -> BreakerName {
        self.breaker
    }

    /// The state that it has now.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        match self.change {
            Change::Opened { .. } => BreakerState::Open,
            Change::Probes => BreakerState::HalfOpen,
            Change::Closed => BreakerState::Closed,
        }
    }

    /// How long no calls are made, if the breaker is [open](BreakerState::Open).
    #[must_use]
    pub fn pause(&self) -> Option<Duration> {
        match self.change {
            Change::Opened { pause, .. } => Some(pause),
            Change::Probes | Change::Closed => None,
        }
    }
}

impl fmt::Debug for BreakerEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreakerEvent")
            .field("authorizer_name", &self.authorizer_name())
            .field("breaker", &self.breaker)
            .field("change", &self.change)
            .finish()
    }
}

names! {
    /// The name for labels and logs: `shared_tier` or `authorizer`.
    BreakerName {
        SharedTier "shared_tier",
        Authorizer "authorizer",
    }
}

names! {
    /// The name for labels and logs: `open`, `half_open` or `closed`.
    BreakerState {
        Open "open",
        HalfOpen "half_open",
        Closed "closed",
    }
}
