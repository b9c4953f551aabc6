//! Starts the policy benchmark of `benches/policy`.
//!
//! The benchmark is a program in its own package. Built together with this package, it would turn on features of
//! shared dependencies in the tests, too: cedar makes `serde_json` keep the order of members.

#[path = "../../../benches/start/mod.rs"]
mod start;

use std::process::ExitCode;

fn main() -> ExitCode {
    start::package("policy-bench", &[])
}
