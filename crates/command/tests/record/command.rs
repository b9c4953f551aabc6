//! Runs the command.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// The exit code, and what is printed.
#[derive(Debug)]
pub(crate) struct Printed {
    pub(crate) code: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

pub(crate) fn run(arguments: &[&str], input: &str) -> Printed {
    run_with(arguments, input, &[])
}

pub(crate) fn run_with(arguments: &[&str], input: &str, variables: &[(&str, &Path)]) -> Printed {
    let project = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let mut process = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(project)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Writing fails if the command has exited without reading its input.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    let output = process.wait_with_output().unwrap();
    Printed {
        code: output.status.code().unwrap(),
        output: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Records requests from the standard input.
pub(crate) fn record(url: &str, requests: &str, options: &[&str]) -> Printed {
    run(
        &[&["record", "-", "--url", url], options].concat(),
        requests,
    )
}

/// The lines of a table without the comments, each with single spaces.
pub(crate) fn rows(table: &str) -> Vec<String> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let rows = rows.map(|row| row.split("  # ").next().unwrap_or(row));
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}
