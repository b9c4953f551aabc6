//! Runs the program until it ends.

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

/// The folder of the whole project.
pub(crate) fn project() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

pub(crate) fn run_with(arguments: &[&str], input: &str, variables: &[(&str, &str)]) -> Printed {
    let mut process = Command::new(env!("CARGO_BIN_EXE_lambda-authorizer"))
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(project())
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
