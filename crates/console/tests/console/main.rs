//! The console in an axum app, over real connections.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod access;
mod events;
mod load;
mod page;
mod policy;
mod reproduce;
mod routes;
mod secrets;
mod support;
mod try_request;
