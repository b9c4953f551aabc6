//! Instructions, counted by valgrind in another process.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    process::{Command, Output, Stdio},
};

/// The argument that makes a program the one whose instructions are counted. Behind it come the scenario and
/// the number of iterations.
pub const COUNT: &str = "--count";

/// Whether valgrind is there.
#[must_use]
pub fn is_installed() -> bool {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Instructions of one iteration of a scenario of this program. None if valgrind fails.
#[must_use]
pub fn instructions(scenario: &str, iterations: usize) -> Option<f64> {
    instructions_of(&env::current_exe().ok()?, scenario, iterations)
}

/// Instructions of one iteration of another program's scenario: what twice as many iterations take more, so that
/// whatever is done once does not count. None if valgrind fails.
#[must_use]
pub fn instructions_of(program: &Path, scenario: &str, iterations: usize) -> Option<f64> {
    let once = total(program, scenario, iterations)?;
    let twice = total(program, scenario, 2 * iterations)?;
    Some((twice - once) / iterations as f64)
}

/// Only the loop itself is counted: setting up uses hash maps with random seeds.
fn total(program: &Path, scenario: &str, iterations: usize) -> Option<f64> {
    let output = command(program, "repeat_counted")
        .args([COUNT, scenario, &iterations.to_string()])
        .output()
        .ok()?;
    collected(&output)
}

/// A program under callgrind, which counts while a function with this in its name runs.
#[must_use]
pub fn command(program: impl AsRef<OsStr>, counted_function: &str) -> Command {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg("--collect-atstart=no")
        .arg(format!("--toggle-collect=*{counted_function}*"))
        .arg(program);
    command
}

/// What callgrind says at its end.
#[must_use]
pub fn collected(output: &Output) -> Option<f64> {
    let report = String::from_utf8_lossy(&output.stderr);
    let (_, collected) = report.split_once("Collected :")?;
    collected.split_whitespace().next()?.parse().ok()
}

/// The loop that is counted, in the other process. Found by its name.
#[inline(never)]
pub fn repeat_counted(iterations: usize, mut work: impl FnMut(usize)) {
    for at in 0..iterations {
        work(at);
    }
}
