//! A new file that takes the place of another one when it is complete.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    process,
    time::SystemTime,
};

/// Removed unless it was put at a place.
pub(super) struct Replacement {
    path: PathBuf,
    file: File,
}

impl Replacement {
    /// Creates a file in the folder of an earlier one, for the same people. `None` if it cannot be all that the earlier
    /// one is. It is an error if the disk is full, because then the earlier one must not be emptied.
    pub(super) fn beside(place: &Path, earlier: &File) -> io::Result<Option<Self>> {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let name = format!(".record-{}-{}", process::id(), now.as_nanos());
        let path = place.with_file_name(name);
        let mut options = OpenOptions::new();
        let options = for_its_owner(options.write(true).create_new(true));
        match options.open(&path) {
            Ok(file) => {
                let new = Self { path, file };
                Ok(new.take_after(earlier).is_ok().then_some(new))
            }
            Err(error) if is_full(&error) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Writes everything, to the disk.
    pub(super) fn write(mut self, content: &str) -> io::Result<Self> {
        self.file.write_all(content.as_bytes())?;
        self.file.sync_all()?;
        Ok(self)
    }

    pub(super) fn put_at(self, place: &Path) -> io::Result<()> {
        fs::rename(&self.path, place)
    }

    #[cfg(unix)]
    fn take_after(&self, earlier: &File) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, fchown};

        let metadata = earlier.metadata()?;
        if metadata.nlink() != 1 {
            return Err(io::Error::other("the file has several names"));
        }
        // First the owner: a change of the owner changes permissions.
        fchown(&self.file, Some(metadata.uid()), Some(metadata.gid()))?;
        self.file.set_permissions(metadata.permissions())
    }

    #[cfg(not(unix))]
    fn take_after(&self, _: &File) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        // It is not there any more if it was renamed.
        let _ = fs::remove_file(&self.path);
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

/// A file that these create is for its owner only.
pub(super) fn for_its_owner(options: &mut OpenOptions) -> &OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}
