//! The authorizer's results: kept, shared by concurrent requests, given up again.

mod cached;
mod fetch;
mod flights;
mod key;
mod memory;
mod result_cache;
mod results;
mod statistics;

pub(crate) use self::{
    cached::{Cached, Outcome, Verified},
    key::{Key, KeyBytes, Scope},
    results::Results,
};
pub use self::{
    result_cache::ResultCache, results::AuthorizerResults, statistics::CacheStatistics,
};
