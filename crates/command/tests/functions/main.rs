//! Functions that run where they are: real Node.js, real Python, and a program of its own.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod app;
mod arguments;
mod bootstrap;
mod changes;
#[cfg(feature = "aws")]
mod deployed;
mod endpoints;
mod ends;
mod languages;
mod layers;
#[path = "../../../../tests/support/nobody.rs"]
mod nobody;
#[path = "../support/process.rs"]
#[expect(dead_code, reason = "other tests need more of a server")]
mod process;
mod served;
mod shop;
#[path = "../../../../tests/support/skipped.rs"]
mod skipped;
#[cfg(unix)]
mod versions;
#[path = "../support/writer.rs"]
mod writer;
