//! The files that a document is made of, so that a change of one of them is noticed.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Clones share the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(Arc<Mutex<BTreeSet<PathBuf>>>);

impl Files {
    pub(crate) fn note(&self, file: impl AsRef<Path>) {
        self.lock().insert(file.as_ref().to_owned());
    }

    pub(crate) fn all(&self) -> BTreeSet<PathBuf> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
