//! Where the authorizer's result came from.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::Circumstances;
use crate::{
    cache::{Cached, Origin},
    pipeline::Asked,
};

/// Where the authorizer's result came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
#[non_exhaustive]
pub enum CacheExplanation {
    /// Nothing is kept.
    Off,
    /// It did not come to that.
    NotAsked,
    /// It was kept.
    #[non_exhaustive]
    Hit {
        /// For so long.
        age: Duration,
    },
    /// There was none.
    Missed,
    /// Another request was asking already.
    Joined,
    /// Another process had it.
    SharedTier,
}

pub(super) fn explained(circumstances: &Circumstances) -> CacheExplanation {
    let found = match circumstances.result.as_deref() {
        Some(Cached::Verified(verified)) => verified.origin,
        Some(Cached::Unauthorized) | None => Origin::Authorizer,
    };
    match (circumstances.asked, found) {
        (Asked::Kept { age }, _) => CacheExplanation::Hit { age },
        (Asked::Joined, _) => CacheExplanation::Joined,
        (Asked::Not, _) => CacheExplanation::NotAsked,
        (Asked::Called { .. }, _) if circumstances.settings.results.ttl.is_zero() => {
            CacheExplanation::Off
        }
        (Asked::Called { .. }, Origin::SharedTier) => CacheExplanation::SharedTier,
        (Asked::Called { .. }, Origin::Authorizer) => CacheExplanation::Missed,
    }
}

impl fmt::Display for CacheExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::NotAsked => f.write_str("not asked"),
            Self::Hit { age } => write!(f, "hit, {:.1} s old", age.as_secs_f64()),
            Self::Missed => f.write_str("missed"),
            Self::Joined => f.write_str("joined the call of another request"),
            Self::SharedTier => f.write_str("missed, found in the shared tier"),
        }
    }
}
