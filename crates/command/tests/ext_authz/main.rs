//! `lambda-authorizer ext-authz`, asked as Envoy asks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/bad_function.rs"]
mod bad_function;
#[path = "../support/gateway_cases/mod.rs"]
#[expect(dead_code, reason = "other tests run functions in processes")]
mod cases;
#[path = "../support/ignorant.rs"]
mod ignorant;
#[path = "../support/process.rs"]
#[expect(dead_code, reason = "other servers are asked in HTTP")]
mod process;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;

mod answers;
mod bad_functions;
mod client;
mod cookies;
mod envoy;
mod gateway_cases;
mod given_up;
mod guard;
mod health;
mod hostile;
mod like_forward_auth;
mod malformed;
mod overrides;
mod port;
mod raw;
mod unread_bodies;
