//! The testing kit: each assertion holds where it should, and fails where it should, at the caller's line and with a
//! reason.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod apps;
mod assertions;
mod caught;
mod credentials;
mod hidden_text;
mod mock;
mod policies;
mod requests;
mod seed_story;
mod tables;
