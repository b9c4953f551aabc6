//! `lambda-authorizer serve`, with real clients and real upstreams.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/gateway_cases/mod.rs"]
mod cases;
#[path = "../support/ignorant.rs"]
mod ignorant;
#[path = "../../../../tests/support/nobody.rs"]
mod nobody;
#[path = "../support/process.rs"]
mod process;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;
#[path = "../support/wire.rs"]
#[expect(dead_code, reason = "other tests have a client of their own")]
mod wire;
#[path = "../support/writer.rs"]
mod writer;

mod access_log;
mod admin;
mod arguments;
mod client;
mod context_headers;
mod failures;
mod forwarding;
mod framing;
mod gateway_cases;
mod guarding;
mod half_written;
mod http2;
mod keep_alive;
mod log_format;
mod protected;
mod random_requests;
mod reload;
mod replaced_files;
mod shutdown;
mod slow_bodies;
mod slow_readers;
mod smuggling;
mod streaming;
mod unjudged_fields;
mod unread_bodies;
mod upstream;
mod websocket;
