//! Where the authorizer's result came from.

use std::{fmt, time::Duration};

use serde::Serialize;

use super::Circumstances;
use crate::{cache::Origin, pipeline::Asked, seconds};

/// Where the authorizer's result came from.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::Request;
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn, explanations::CacheExplanation,
/// };
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*"))
/// }));
/// let request = || Request::get("/pets").header("authorization", "t").body(());
/// assert_eq!(*layer.explain(request()?).await.cache(), CacheExplanation::Missed);
/// assert!(matches!(layer.explain(request()?).await.cache(), CacheExplanation::Hit { .. }));
/// # Ok::<(), http::Error>(())
/// # }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "state")]
#[non_exhaustive]
pub enum CacheExplanation {
    /// The layer caches no results.
    Off,
    /// The cache was not asked, because the request was decided before this step.
    NotAsked,
    /// The result was in the cache.
    #[non_exhaustive]
    Hit {
        /// The age of the result.
        #[serde(rename = "ageSeconds", serialize_with = "seconds::serialize")]
        age: Duration,
    },
    /// The cache had no result.
    Missed,
    /// Another request was already calling the authorizer, and this request waited for it.
    Joined,
    /// The result was in the shared tier.
    SharedTier,
}

pub(super) fn explained(circumstances: &Circumstances) -> CacheExplanation {
    match circumstances.asked {
        Asked::Kept { age, .. } => CacheExplanation::Hit { age },
        Asked::Joined { .. } => CacheExplanation::Joined,
        Asked::Not => CacheExplanation::NotAsked,
        Asked::Called { .. } if circumstances.settings.caching.ttl.is_zero() => {
            CacheExplanation::Off
        }
        Asked::Called { origin, .. } => match origin {
            Origin::SharedTier => CacheExplanation::SharedTier,
            Origin::Authorizer => CacheExplanation::Missed,
        },
    }
}

impl fmt::Display for CacheExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::NotAsked => f.write_str("not asked"),
            Self::Hit { age } => write!(f, "hit, {:.1} s old", age.as_secs_f64()),
            Self::Missed => f.write_str("missed"),
            Self::Joined => f.write_str("missed, waited for another request's call"),
            Self::SharedTier => f.write_str("missed, found in the shared tier"),
        }
    }
}
