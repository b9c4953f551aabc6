//! `record` against servers that answer as API Gateway does, and as others do.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/program.rs"]
mod program;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;

mod cloud;
mod command;
mod differences;
mod full_disk;
mod hostile;
mod input;
mod tls;
mod unclear;
