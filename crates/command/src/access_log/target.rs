//! Where the lines of a log go: to the standard output, or to a file that other programs may move.

use std::{
    fs::{File, OpenOptions},
    io::{self, Stdout, Write},
};

use super::lines::Destination;
use crate::failure::Failure;

/// The standard output, or a file.
pub(super) enum Target {
    StandardOutput(Stdout),
    File(File),
}

impl Target {
    pub(super) fn open(file: &str) -> Result<Self, Failure> {
        if file == "-" {
            return Ok(Self::StandardOutput(io::stdout()));
        }
        open(file).map(Self::File).map_err(|error| {
            Failure::of(
                file,
                format_args!("the access log cannot be written: {error}; name another file"),
            )
        })
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::StandardOutput(output) => output.write(bytes),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::StandardOutput(output) => output.flush(),
            Self::File(file) => file.flush(),
        }
    }
}

impl Destination for Target {
    /// Opens the file again if it has been moved, as programs that rotate logs do. If that fails, the moved file is still
    /// written.
    fn follow(&mut self, name: &str) -> bool {
        let Self::File(file) = self else { return false };
        if is_at(file, name) {
            return false;
        }
        let new = open(name);
        new.is_ok_and(|new| {
            *file = new;
            true
        })
    }
}

fn open(file: &str) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(file)
}

/// Whether the open file is the one under this name.
#[cfg(unix)]
fn is_at(file: &File, name: &str) -> bool {
    use std::{fs, os::unix::fs::MetadataExt};

    let (opened, named) = (file.metadata(), fs::metadata(name));
    let id = |it: &fs::Metadata| (it.dev(), it.ino());
    matches!((opened, named), (Ok(opened), Ok(named)) if id(&opened) == id(&named))
}

/// Elsewhere, a file that is open cannot be moved.
#[cfg(not(unix))]
fn is_at(_: &File, _: &str) -> bool {
    true
}
