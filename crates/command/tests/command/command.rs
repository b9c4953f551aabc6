//! Runs the command.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// The exit code, and what is printed.
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

/// The exit code, and everything that is printed.
pub(crate) fn run(arguments: &[&str], input: &str) -> (i32, String) {
    let printed = run_with(arguments, input, &[]);
    (printed.code, printed.output + &printed.errors)
}

/// Checks the exit code and a part of what is printed, which must not have the token `s3cr3t`. An argument or a file that
/// cannot be used is one line.
#[track_caller]
pub(crate) fn check(arguments: &[&str], input: &str, exit_code: i32, prints: &str) {
    let (code, printed) = run(arguments, input);
    assert!(printed.contains(prints), "{prints}\n---\n{printed}");
    assert_eq!(code, exit_code, "{printed}");
    assert!(!printed.contains("s3cr3t"), "{printed}");
    if exit_code == 2 {
        let errors = printed.lines().filter(|line| !line.starts_with("note: "));
        assert_eq!(errors.count(), 1, "{printed}");
        assert!(printed.contains("error: "), "{printed}");
    }
}
