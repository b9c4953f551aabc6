//! `lambda-authorizer ext-authz`, asked as Envoy asks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/process.rs"]
#[expect(dead_code, reason = "other servers are asked in HTTP")]
mod process;

mod answers;
mod client;
mod guard;
mod hostile;
mod malformed;
mod port;
mod raw;
