//! Starts the policy benchmark of `benches/policy`, with the arguments given here.
//!
//! It is a program of its own package, not code in here: built together with this package it would turn on
//! features of shared dependencies (cedar has `serde_json` keep the order of members) in the tests as well.

use std::{
    env,
    process::{Command, ExitCode},
};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let finished = Command::new(cargo)
        .args([
            "run",
            "--package",
            "policy-bench",
            "--profile",
            "bench",
            "--",
        ])
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    match finished {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo does not start: {error}");
            ExitCode::FAILURE
        }
    }
}
