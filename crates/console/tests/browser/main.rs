//! The console's page in headless Chromium.
//!
//! The tests share one browser, and each has a page and a server of its own. Pictures of what a test has seen are in the
//! folder `tmp` of the target directory. `UPDATE_PICTURES=1 cargo test --test browser pictures` draws those of the
//! documentation again.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

mod chromedriver;
mod configuration;
mod copy;
mod dark;
mod decisions;
mod devtools;
mod hostile;
mod keyboard;
mod list;
mod load;
mod other_sites;
mod page;
mod palette;
mod phone;
mod pictures;
mod policy;
#[path = "../../../../tests/support/ports.rs"]
mod ports;
mod restart;
mod server;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;
mod try_request;
mod zoo;
