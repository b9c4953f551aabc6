//! The command as a user runs it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../support/program.rs"]
mod program;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;
#[path = "../../../../tests/examples/transcript.rs"]
#[expect(dead_code, reason = "the examples are servers, too")]
mod transcript;

mod background;
mod broken_files;
mod command;
mod curl;
mod documentation;
mod documents;
mod event;
mod files_and_arguments;
mod har;
mod help;
mod lint;
mod mistaken;
mod output;
mod policy;
mod routes;
