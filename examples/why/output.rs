//! Writes to the standard output.

use std::io::{ErrorKind, Write, stdout};

use crate::failure::Failure;

pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match stdout().write_all(text.as_bytes()) {
        // The reader, such as `head`, needs no more.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Failure::new),
    }
}
