//! The files that a document is made of, so that a change of one of them is noticed.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use crate::failure;

/// A hash of each file's content. A folder has other files, too, and programs touch files without changing them.
pub(crate) type Contents = BTreeMap<PathBuf, Option<u64>>;

/// Clones share the list.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(Arc<Mutex<Contents>>);

impl Files {
    /// Notes a file and its content, before it is read.
    pub(crate) fn note(&self, file: impl AsRef<Path>) {
        let file = file.as_ref();
        self.lock()
            .entry(file.to_owned())
            .or_insert_with(|| content(file));
    }

    pub(crate) fn all(&self) -> BTreeSet<PathBuf> {
        self.lock().keys().cloned().collect()
    }

    /// The contents before the files were read.
    pub(crate) fn noted(&self) -> Contents {
        self.lock().clone()
    }

    /// The contents now.
    pub(crate) fn contents(&self) -> Contents {
        let all = self.all().into_iter();
        all.map(|file| {
            let content = content(&file);
            (file, content)
        })
        .collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pipe can be read only once.
fn content(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().filter(fs::Metadata::is_file)?;
    let content = failure::read_bytes(file).ok()?;
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    Some(hasher.finish())
}
