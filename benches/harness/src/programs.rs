//! Other programs that a benchmark starts: they are built together with it, and are in the same folder.

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The program of this name. None if it has not been built.
#[must_use]
pub fn beside_this_one(name: &str) -> Option<PathBuf> {
    let mut program = env::current_exe().ok()?;
    program.set_file_name(format!("{name}{}", env::consts::EXE_SUFFIX));
    program.is_file().then_some(program)
}

/// The allocations of one iteration of a scenario, as the program that counts them prints them. None if it has not
/// been built.
///
/// It is another program because the counting allocator takes instructions and time.
#[must_use]
pub fn allocations(program: &str, scenario: &str) -> Option<f64> {
    let output = Command::new(beside_this_one(program)?)
        .arg(scenario)
        .stderr(Stdio::inherit())
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}
