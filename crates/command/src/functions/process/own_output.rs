//! The files that this command itself writes. If one of them is beside the code of a function, a line about a change would be
//! the next change.

use std::fs::Metadata;

/// Where the standard output and the standard error go.
pub(super) struct OwnOutput([Option<File>; 2]);

/// A device, and the number of a file on it.
type File = (u64, u64);

impl OwnOutput {
    #[cfg(unix)]
    pub(super) fn now() -> Self {
        use std::{
            fs, io,
            os::fd::{AsFd, BorrowedFd},
        };

        fn file(descriptor: BorrowedFd<'_>) -> Option<File> {
            let open = fs::File::from(descriptor.try_clone_to_owned().ok()?);
            id(&open.metadata().ok()?)
        }
        Self([file(io::stdout().as_fd()), file(io::stderr().as_fd())])
    }

    #[cfg(not(unix))]
    pub(super) fn now() -> Self {
        Self([None, None])
    }

    pub(super) fn is(&self, metadata: &Metadata) -> bool {
        let id = id(metadata);
        id.is_some() && self.0.contains(&id)
    }
}

#[cfg(unix)]
fn id(metadata: &Metadata) -> Option<File> {
    use std::os::unix::fs::MetadataExt;

    metadata.is_file().then(|| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn id(_: &Metadata) -> Option<File> {
    None
}
