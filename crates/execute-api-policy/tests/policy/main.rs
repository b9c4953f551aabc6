//! The policy language.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

mod corners;
mod document;
mod explanation;
mod ignoring_case;
mod peers;
mod properties;
mod unknown_api;
