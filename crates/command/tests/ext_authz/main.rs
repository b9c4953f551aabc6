//! `lambda-authorizer ext-authz`, asked as Envoy asks.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/bad_function.rs"]
mod bad_function;
#[path = "../support/process.rs"]
#[expect(dead_code, reason = "other servers are asked in HTTP")]
mod process;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;

#[path = "../../../../tests/gateway_cases/case.rs"]
#[expect(dead_code, reason = "types of responses are not sent")]
mod case;

mod answers;
mod bad_functions;
mod cases;
mod client;
mod envoy;
mod given_up;
mod guard;
mod health;
mod hostile;
mod malformed;
mod overrides;
mod port;
mod raw;
