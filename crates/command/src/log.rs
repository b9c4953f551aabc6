//! The lines that a server writes on the standard error, as text or as JSON. Text from outside is shown in one line, without
//! control characters, because a terminal would execute them.

use std::{
    fmt,
    sync::{
        LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{Method, StatusCode};
use serde::Serialize;

use crate::{
    failure::in_one_line,
    line_writer::{LineWriter, Output},
    style::{BAD, DOUBTFUL, with_beginning},
};

static LINES: LazyLock<LineWriter> = LazyLock::new(|| LineWriter::new(StandardError));

static IS_JSON: AtomicBool = AtomicBool::new(false);

/// From now on, each line is an object in JSON.
pub(crate) fn use_json() {
    IS_JSON.store(true, Ordering::Relaxed);
}

pub(crate) fn is_json() -> bool {
    IS_JSON.load(Ordering::Relaxed)
}

struct StandardError;

impl Output for StandardError {
    fn write(&mut self, line: &str) {
        anstream::eprintln!("{line}");
    }

    fn tell_left_out(&mut self, count: u64) {
        let text = format!("{count} lines are left out, because they are read too slowly");
        anstream::eprintln!("{}", note_line(&text));
    }
}

/// A request that a server has refused.
pub(crate) struct Refusal<'r> {
    pub(crate) status: StatusCode,
    pub(crate) method: Option<&'r Method>,
    /// Without the query, which may have credentials. Empty: none is known.
    pub(crate) path: &'r str,
    pub(crate) reason: fmt::Arguments<'r>,
}

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status.as_u16())?;
        if let Some(method) = self.method {
            write!(f, " {method}")?;
            if !self.path.is_empty() {
                write!(f, " {}", self.path)?;
            }
            f.write_str(":")?;
        }
        write!(f, " {}", self.reason)
    }
}

impl Refusal<'_> {
    fn to_json(&self) -> String {
        let path = Some(self.path).filter(|path| !path.is_empty());
        let line = Line {
            status: Some(self.status.as_u16()),
            method: self.method.map(in_one_line),
            path: path.map(in_one_line),
            ..Line::new("refusal", self.reason)
        };
        line.to_json()
    }
}

/// A line as JSON.
#[derive(Default, Serialize)]
struct Line {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    function: Option<String>,
    message: String,
}

impl Line {
    fn new(kind: &'static str, message: impl fmt::Display) -> Self {
        Self {
            kind,
            message: in_one_line(message),
            ..Self::default()
        }
    }

    /// Strings and numbers can always be written.
    fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A line that the program prints before it serves.
pub(crate) fn json(kind: &'static str, message: impl fmt::Display) -> String {
    Line::new(kind, message).to_json()
}

/// As text, it begins with the status, which is coloured.
pub(crate) fn refusal(refusal: &Refusal<'_>) {
    LINES.write(if is_json() {
        refusal.to_json()
    } else {
        with_beginning(BAD, ' ', &in_one_line(refusal))
    });
}

pub(crate) fn note(text: &str) {
    LINES.write(note_line(text));
}

fn note_line(text: &str) -> String {
    if is_json() {
        json("note", text)
    } else {
        format!("{DOUBTFUL}note{DOUBTFUL:#}: {}", in_one_line(text))
    }
}

pub(crate) fn error(text: &str) {
    LINES.write(if is_json() {
        json("error", text)
    } else {
        format!("{BAD}error{BAD:#}: {}", in_one_line(text))
    });
}

/// A line that a function has printed.
pub(crate) fn of_function(name: &str, line: &str) {
    LINES.write(if is_json() {
        let line = Line {
            function: Some(in_one_line(name)),
            ..Line::new("function", line)
        };
        line.to_json()
    } else {
        in_one_line(format_args!("[{name}] {line}"))
    });
}

/// Waits until everything is written, or until this time has passed.
pub(crate) fn flush(within: Duration) {
    LINES.flush(within);
}
