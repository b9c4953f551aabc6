//! Starts a benchmark that is a program of a package of its own, with the arguments given here.

use std::{
    env,
    process::{Command, ExitCode},
};

pub(crate) fn package(name: &str) -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let finished = Command::new(cargo)
        .args(["run", "--package", name, "--profile", "bench", "--"])
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
