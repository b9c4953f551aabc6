//! `forward-auth` behind real proxies: nginx and Caddy, with the configurations of docs/forward-auth.md.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/bad_function.rs"]
mod bad_function;
#[path = "../support/gateway_cases/mod.rs"]
#[expect(dead_code, reason = "other tests run functions in processes")]
mod cases;
#[path = "../support/ignorant.rs"]
mod ignorant;
#[path = "../../../../tests/support/ports.rs"]
mod ports;
#[path = "../support/process.rs"]
mod process;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;
#[path = "../support/wire.rs"]
mod wire;

mod arguments;
mod bad_functions;
mod caching;
mod context;
mod cookies;
mod descriptions;
mod document;
mod framing;
mod gateway_cases;
mod large;
mod no_decision;
mod overrides;
mod paths;
mod proxies;
mod random_heads;
mod random_paths;
mod refusals;
mod scene;
mod spoofing;
mod unread_bodies;
mod upstream;
mod websocket;
