//! The standard output.

use std::io::{ErrorKind, Write, stdout};

use crate::failure::Failure;

pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match stdout().write_all(text.as_bytes()) {
        // Whoever reads it has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::new),
    }
}
