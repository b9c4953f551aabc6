//! The file that gets the table.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::replacement::{Replacement, for_its_owner};
use crate::failure::Failure;

pub(super) struct Output<'a> {
    name: &'a str,
    file: File,
    /// Where the file is, without links. `None` if it stays there: it is a pipe or a terminal, or was opened by others.
    place: Option<PathBuf>,
}

impl<'a> Output<'a> {
    /// Makes sure that the file can be written, and read by its owner only, since it gets the tokens. Its content is
    /// kept until there is a table.
    pub(super) fn open(name: &'a str) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        let options = for_its_owner(options.append(true).create(true));
        let opened = options.open(name);
        let opened = opened.and_then(|file| {
            keep_from_others(&file)?;
            let place = place_of(name, &file)?;
            Ok(Self { name, file, place })
        });
        opened.map_err(|error| {
            Failure::of(
                name,
                format_args!("it cannot be written for its owner only: {error}; name another file with `--output`"),
            )
        })
    }

    /// Replaces the file, so that a full disk leaves it the earlier table. Where another file cannot take its place, such
    /// as in a folder that cannot be written, it gets the table in its place.
    pub(super) fn write(mut self, table: &str) -> Result<(), Failure> {
        if let Some(place) = &self.place {
            let written = Replacement::beside(place, &self.file).and_then(|new| match new {
                Some(new) => new.write(table).map(Some),
                None => Ok(None),
            });
            let written = written.map_err(|error| {
                Failure::of(
                    self.name,
                    format_args!("{error}; it still has what it had before"),
                )
            })?;
            if written.is_some_and(|written| written.put_at(place).is_ok()) {
                return Ok(());
            }
        }
        let written = self
            .empty()
            .and_then(|()| self.file.write_all(table.as_bytes()));
        written.map_err(|error| Failure::of(self.name, error))
    }

    /// A terminal or a pipe has no content.
    fn empty(&self) -> io::Result<()> {
        if self.file.metadata()?.is_file() {
            self.file.set_len(0)
        } else {
            Ok(())
        }
    }
}

fn place_of(name: &str, file: &File) -> io::Result<Option<PathBuf>> {
    if file.metadata()?.is_file() && !is_opened_by_others(name)? {
        fs::canonicalize(name).map(Some)
    } else {
        Ok(None)
    }
}

/// `/dev/stdout` may be a file that the shell has opened, and goes on with. It is a link to `/proc/self/fd/1`.
fn is_opened_by_others(name: &str) -> io::Result<bool> {
    let mut path = PathBuf::from(name);
    loop {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let folder = fs::canonicalize(folder)?;
        if folder.starts_with("/proc") || folder.starts_with("/dev/fd") {
            return Ok(true);
        }
        // The file was opened, so the links come to an end.
        match fs::read_link(&path) {
            Ok(target) => path = folder.join(target),
            Err(_) => return Ok(false),
        }
    }
}

/// An existing file may be readable by everybody.
#[cfg(unix)]
fn keep_from_others(file: &File) -> io::Result<()> {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    let metadata = file.metadata()?;
    let is_open = metadata.permissions().mode() & 0o077 != 0;
    if metadata.is_file() && is_open {
        file.set_permissions(Permissions::from_mode(0o600))
    } else {
        Ok(())
    }
}

#[cfg(not(unix))]
fn keep_from_others(_: &File) -> io::Result<()> {
    Ok(())
}
