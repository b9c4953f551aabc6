//! What API Gateway has not: one cookie as an identity source.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "extensions/cookie.rs"]
mod cookie;
