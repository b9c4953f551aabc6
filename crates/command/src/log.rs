//! The lines that a server writes while it serves, on the standard error. Text from outside is shown in one line,
//! without control characters, because a terminal would execute them.

use std::{sync::LazyLock, time::Duration};

use crate::{
    failure::in_one_line,
    line_writer::{LineWriter, Output},
    output::{BAD, DOUBTFUL, with_beginning},
};

static LINES: LazyLock<LineWriter> = LazyLock::new(|| LineWriter::new(StandardError));

struct StandardError;

impl Output for StandardError {
    fn write(&mut self, line: &str) {
        anstream::eprintln!("{line}");
    }

    fn tell_left_out(&mut self, count: u64) {
        anstream::eprintln!(
            "{DOUBTFUL}note{DOUBTFUL:#}: {count} lines are left out, because they are read too slowly"
        );
    }
}

/// Begins with the status, which is coloured.
pub(crate) fn refusal(line: &str) {
    LINES.write(with_beginning(BAD, ' ', &in_one_line(line)));
}

pub(crate) fn note(text: &str) {
    LINES.write(format!("{DOUBTFUL}note{DOUBTFUL:#}: {}", in_one_line(text)));
}

pub(crate) fn error(text: &str) {
    LINES.write(format!("{BAD}error{BAD:#}: {}", in_one_line(text)));
}

/// A line that a function has printed.
pub(crate) fn of_function(name: &str, line: &str) {
    LINES.write(in_one_line(format_args!("[{name}] {line}")));
}

/// Waits until everything is written, or until this time has passed.
pub(crate) fn flush(within: Duration) {
    LINES.flush(within);
}
