//! The examples and the commands of the documentation, run as a reader would run them.
#![allow(clippy::unwrap_used)]

#[path = "../support/redis_server.rs"]
#[expect(dead_code, reason = "other tests stop and restart it")]
mod redis_server;

mod assertions;
mod browser;
mod commands;
mod imports;
mod links;
mod middleware;
mod named_tests;
mod pages;
mod rustdoc;
mod security;
mod server;
mod transcript;
