//! Says that a test was skipped.

use std::io::{self, Write};

/// Prints what is skipped and why. The test harness hides what a test prints that passes, but not what is written in this
/// way. `tests/what_is_skipped.rs` prints the whole list at the end.
pub(crate) fn skipped(what_and_why: &str) {
    let line = format!("SKIPPED: {what_and_why}\n");
    io::stdout()
        .write_all(line.as_bytes())
        .expect("stdout is open");
}
