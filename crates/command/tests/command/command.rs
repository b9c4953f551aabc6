//! Runs the command, and checks what it prints.

pub(crate) use crate::program::{project, run_with};

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
