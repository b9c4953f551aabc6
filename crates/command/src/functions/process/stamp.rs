//! Notices that the files of a function have changed.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

/// Installed packages are many files that seldom change, and Python writes its cache itself.
const SKIPPED: [&str; 5] = ["node_modules", ".git", "__pycache__", ".venv", ".aws-sam"];

/// Enough for the code of a function. Changes of further files are not noticed.
const MOST_FILES: usize = 10_000;

/// Equal as long as no file has changed: a hash of names, sizes and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp(u64);

impl Stamp {
    /// Of code that is not in files.
    pub(super) const NONE: Self = Self(0);

    pub(super) fn of(path: &Path) -> Self {
        let mut hasher = DefaultHasher::new();
        let mut left = MOST_FILES;
        let mut waiting = vec![path.to_owned()];
        while let Some(path) = waiting.pop() {
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            path.hash(&mut hasher);
            if !metadata.is_dir() {
                (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
                continue;
            }
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
        Self(hasher.finish())
    }
}
