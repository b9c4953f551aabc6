//! The cache of the authorizer's results: in memory, shared by concurrent requests, and shared with other processes.

mod authorizer_results;
mod cached;
mod contained_call;
mod fetch;
mod followed_log;
mod hit;
mod invalidation_error;
mod made_for;
mod memory;
mod result_cache;
mod settings;
mod share;
#[cfg(feature = "shared-cache")]
pub mod shared;
#[cfg(not(feature = "shared-cache"))]
#[path = "no_shared.rs"]
mod shared;
mod shared_tier_error;
mod single_flight;
mod statistics;
#[cfg(any(feature = "metrics", feature = "reload"))]
mod statistics_sum;
mod tier_call;
mod tier_outcome;

use crate::key;

#[cfg(feature = "shared-cache")]
pub(crate) use self::settings::AuthorizerName;
#[cfg(any(feature = "metrics", feature = "reload"))]
pub(crate) use self::statistics_sum::StatisticsSums;
pub(crate) use self::{
    authorizer_results::ValueCounts,
    cached::{Answer, Cached, FetchResult, Found, Kept, Origin, Permission, Verified},
    contained_call::contained,
    fetch::Miss,
    hit::Hit,
    made_for::MadeFor,
    memory::LastInserted,
    settings::{CacheSettings, MAX_RESULT_TTL},
    shared::SharedCache,
    single_flight::{CallHandle, Role, Waiter},
};
pub use self::{
    authorizer_results::{AuthorizerResults, Invalidated},
    invalidation_error::InvalidationError,
    result_cache::ResultCache,
    shared_tier_error::SharedTierError,
    statistics::CacheStatistics,
};
