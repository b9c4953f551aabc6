//! Starts a benchmark that is a program of a separate package, and passes the arguments on.

use std::{
    env,
    ffi::OsString,
    io,
    process::{Command, ExitCode},
};

/// Only counts, without the contestants: building those takes minutes.
const COUNTS: &str = "--counts";

/// Builds `package` and, each by itself, the packages that it starts; then runs its program.
pub(crate) fn package(package: &str, started_by_it: &[&str]) -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    // `cargo test --all-targets` starts benchmarks too, without this argument.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return ExitCode::SUCCESS;
    }
    match run(package, started_by_it, &arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("cargo does not start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(package: &str, started_by_it: &[&str], arguments: &[OsString]) -> io::Result<bool> {
    let alone = arguments.iter().any(|argument| argument == COUNTS);
    let features: &[&str] = if alone {
        &["--no-default-features"]
    } else {
        &[]
    };
    for built in started_by_it {
        if !cargo("build", built).status()?.success() {
            return Ok(false);
        }
    }
    // All of its programs; `cargo run` alone would build the one.
    Ok(cargo("build", package).args(features).status()?.success()
        && cargo("run", package)
            .args(features)
            .arg("--")
            .args(arguments)
            .status()?
            .success())
}

fn cargo(command: &str, package: &str) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(program);
    cargo
        .args([command, "--package", package, "--profile", "bench"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    cargo
}
