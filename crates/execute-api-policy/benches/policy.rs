//! Starts the policy benchmark of `benches/policy`.
//!
//! It is a program of its own package, not code in here: built together with this package it would turn on
//! features of shared dependencies (cedar has `serde_json` keep the order of members) in the tests as well.

#[path = "../../../benches/start/mod.rs"]
mod start;

use std::process::ExitCode;

fn main() -> ExitCode {
    start::package("policy-bench")
}
