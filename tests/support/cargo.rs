//! Programs outside of the test's package.

use std::{env, process::Command};

/// A program that is Cargo, or may start it. Cargo tells a test about the test's package. If build scripts read these variables,
/// they would run again, and what depends on them would be compiled again, each time after a build from a shell.
pub(crate) fn outside_of_cargo(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}
