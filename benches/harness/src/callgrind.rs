//! Instructions, counted by valgrind in another process of the same program.

use std::{
    env,
    process::{Command, Stdio},
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

/// Instructions of one iteration of a scenario: what twice as many iterations take more, so that whatever is
/// done once does not count. None where valgrind fails.
#[must_use]
pub fn instructions(scenario: &str, iterations: usize) -> Option<f64> {
    let once = total(scenario, iterations)?;
    let twice = total(scenario, 2 * iterations)?;
    Some((twice - once) / iterations as f64)
}

/// Only the loop itself is counted: setting up uses hash maps with random seeds.
fn total(scenario: &str, iterations: usize) -> Option<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(["--collect-atstart=no", "--toggle-collect=*repeat_counted*"])
        .arg(env::current_exe().ok()?)
        .args([COUNT, scenario, &iterations.to_string()])
        .output()
        .ok()?;
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
