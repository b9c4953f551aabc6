//! Notices that the files of a function have changed.

use std::{
    fs::{self, Metadata},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// Installed packages are many files that seldom change, and Python writes its cache itself.
const SKIPPED: [&str; 5] = ["node_modules", ".git", "__pycache__", ".venv", ".aws-sam"];

/// Enough for the code of a function. Changes of further files are not noticed.
const MOST_FILES: usize = 10_000;

/// Equal as long as no file has changed: a hash of names, sizes and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// Of code that is not in files.
    pub(super) const NONE: Self = Self(0);

    pub(crate) fn of(path: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        for (path, metadata) in files_of(path) {
            path.hash(&mut hasher);
            if !metadata.is_dir() {
                (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
            }
        }
        Self(hasher.finish())
    }
}

/// The folders in which a change of the code can be noticed.
pub(crate) fn folders_of(path: &Path) -> impl Iterator<Item = PathBuf> {
    let files = files_of(path).into_iter();
    files.filter_map(|(path, metadata)| match metadata.is_dir() {
        true => Some(path),
        false => path.parent().map(Path::to_owned),
    })
}

/// Everything below a path, in an order that stays the same.
fn files_of(path: &Path) -> Vec<(PathBuf, Metadata)> {
    let (mut found, mut left) = (Vec::new(), MOST_FILES);
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        let Ok(metadata) = fs::metadata(&path) else {
            continue;
        };
        if metadata.is_dir() {
            let entries = fs::read_dir(&path).into_iter().flatten().flatten();
            let mut entries: Vec<_> = entries
                .filter(|entry| !SKIPPED.iter().any(|name| entry.file_name() == *name))
                .map(|entry| entry.path())
                .take(left)
                .collect();
            entries.sort();
            left -= entries.len();
            waiting.extend(entries);
        }
        found.push((path, metadata));
    }
    found
}
