//! The file that gets the table.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
};

use crate::failure::Failure;

pub(super) struct Output<'a> {
    name: &'a str,
    file: File,
}

impl<'a> Output<'a> {
    /// Makes sure that the file can be written, and read by its owner only, since it gets the tokens. Its content is
    /// kept until there is a table.
    pub(super) fn open(name: &'a str) -> Result<Self, Failure> {
        let opened = options().open(name).and_then(|file| {
            keep_from_others(&file)?;
            Ok(file)
        });
        let file = opened.map_err(|error| {
            Failure::of(
                name,
                format_args!("it cannot be written for its owner only: {error}; name another file with `--output`"),
            )
        })?;
        Ok(Self { name, file })
    }

    pub(super) fn write(mut self, table: &str) -> Result<(), Failure> {
        let written = self
            .empty()
            .and_then(|()| self.file.write_all(table.as_bytes()));
        written.map_err(|error| Failure::of(self.name, error))
    }

    /// A terminal or a pipe has no content.
    fn empty(&self) -> io::Result<()> {
        match self.file.metadata()?.is_file() {
            true => self.file.set_len(0),
            false => Ok(()),
        }
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// An existing file may be readable by everybody.
#[cfg(unix)]
fn keep_from_others(file: &File) -> io::Result<()> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    let metadata = file.metadata()?;
    let is_open = metadata.permissions().mode() & 0o077 != 0;
    match metadata.is_file() && is_open {
        true => file.set_permissions(Permissions::from_mode(0o600)),
        false => Ok(()),
    }
}

#[cfg(not(unix))]
fn keep_from_others(_: &File) -> io::Result<()> {
    Ok(())
}
