//! The files that a function on this machine is made of.

use std::path::PathBuf;

use super::stamp::{Files, Seen};

/// Its code, unless that is in the template, and its layers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sources {
    pub(super) code: Option<PathBuf>,
    pub(super) layers: Vec<PathBuf>,
}

impl Sources {
    /// Reads the times of files.
    pub(crate) fn seen(&self) -> Seen {
        Seen::of(self.all())
    }

    /// The folders in which a change can be noticed.
    pub(crate) fn folders(&self) -> impl Iterator<Item = PathBuf> {
        self.all().flat_map(Files::folders)
    }

    pub(crate) fn are_there(&self) -> bool {
        self.code
            .iter()
            .chain(&self.layers)
            .all(|path| path.exists())
    }

    fn all(&self) -> impl Iterator<Item = Files<'_>> {
        let code = self.code.iter().map(|path| Files::of_code(path));
        code.chain(self.layers.iter().map(|path| Files::of_layer(path)))
    }
}
