//! The cache, tested through the layer, in memory and shared through a store.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[cfg(feature = "redis")]
#[path = "../support/empty_service.rs"]
mod empty_service;
#[path = "../support/redis_cluster.rs"]
mod redis_cluster;
#[cfg(feature = "redis")]
#[path = "../support/redis_server.rs"]
mod redis_server;

mod attacked_store;
mod circuit_breaker;
mod concurrency;
#[cfg(feature = "shared-cache")]
mod logs;
mod redis;
mod results;
mod shared_results;
mod staleness;
mod worlds;
