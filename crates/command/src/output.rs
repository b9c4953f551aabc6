//! Writes to the terminal.

use std::io::{ErrorKind, Write, stdout};

use serde::Serialize;

use crate::{
    failure::{Failure, name},
    log,
    style::{BAD, DOUBTFUL},
};

/// Writes text as it is, for programs.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    finish(stdout().write_all(text.as_bytes()))
}

/// Writes text that may have colours.
pub(crate) fn print_coloured(text: &str) -> Result<(), Failure> {
    finish(anstream::stdout().write_all(text.as_bytes()))
}

pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(Failure::new)?;
    print(&format!("{text}\n"))
}

pub(crate) fn print_error(failure: &Failure) {
    anstream::eprintln!("{BAD}error{BAD:#}: {failure}");
}

/// Prints a note that is not part of the answer.
pub(crate) fn note(file: &str, text: &str) {
    if log::is_json() {
        let line = log::json("note", format_args!("{}: {text}", name(file)));
        anstream::eprintln!("{line}");
        return;
    }
    anstream::eprintln!("{DOUBTFUL}note{DOUBTFUL:#}: {}: {text}", name(file));
}

fn finish(written: std::io::Result<()>) -> Result<(), Failure> {
    match written {
        // The reader, such as `head`, needs no more.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::new),
    }
}
