//! The layer around services and in routers, with the requests of every kind of client.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../../crates/execute-api-policy/tests/support/naive_policy.rs"]
#[expect(dead_code, reason = "condition keys here have one value each")]
mod naive_policy;
#[path = "../support/mod.rs"]
mod support;
#[path = "../../crates/execute-api-policy/src/thread_time.rs"]
mod thread_time;

mod access_log;
mod axum;
mod extensions;
mod hostile_input;
mod identity_sources;
mod metrics;
mod naive;
mod observe;
mod path_spellings;
#[cfg(feature = "reload")]
mod reload;
mod tower_contract;
mod unknown_api;
mod zero;
