//! The testing kit. Each assertion holds or fails as it should, and a failure points at the caller's line and gives the
//! reason.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod apps;
mod assertions;
mod caught;
mod credentials;
mod guarded;
mod hidden_text;
mod mock;
mod policies;
mod policy_tools;
mod requests;
mod seed_story;
mod tables;
