//! Notices that the files of a function have changed.

use std::{
    fs::{self, Metadata},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

/// Python writes its cache itself, and the others do not belong to the code.
const SKIPPED: [&str; 4] = [".git", "__pycache__", ".venv", ".aws-sam"];

/// Installed packages are many files that seldom change.
const PACKAGES: &str = "node_modules";

/// Enough for the code of a function. Changes of further files are not noticed.
const MOST_FILES: usize = 10_000;

/// Equal as long as no file has changed: a hash of names, sizes and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// Of files that could not be read.
    pub(super) const NONE: Self = Self(0);

    pub(super) fn of<'f>(all: impl Iterator<Item = Files<'f>>) -> Self {
        let mut hasher = DefaultHasher::new();
        for (path, metadata) in all.flat_map(Files::found) {
            path.hash(&mut hasher);
            if !metadata.is_dir() {
                (metadata.len(), metadata.modified().ok()).hash(&mut hasher);
            }
        }
        Self(hasher.finish())
    }
}

/// What is below a path, apart from what is skipped.
#[derive(Debug, Clone, Copy)]
pub(super) struct Files<'p> {
    root: &'p Path,
    /// How deep packages are looked into: those of a layer are its content, but not what is installed inside of them.
    depth_of_packages: usize,
}

impl<'p> Files<'p> {
    pub(super) fn of_code(root: &'p Path) -> Self {
        Self {
            root,
            depth_of_packages: 0,
        }
    }

    pub(super) fn of_layer(root: &'p Path) -> Self {
        Self {
            root,
            depth_of_packages: 1,
        }
    }

    /// The folders in which a change of the files can be noticed.
    pub(super) fn folders(self) -> impl Iterator<Item = PathBuf> {
        let files = self.found().into_iter();
        files.filter_map(|(path, metadata)| match metadata.is_dir() {
            true => Some(path),
            false => path.parent().map(Path::to_owned),
        })
    }

    /// Everything, in an order that stays the same.
    fn found(self) -> Vec<(PathBuf, Metadata)> {
        let (mut found, mut left) = (Vec::new(), MOST_FILES);
        let mut waiting = vec![self.root.to_owned()];
        while let Some(path) = waiting.pop() {
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            if metadata.is_dir() {
                let entries = fs::read_dir(&path).into_iter().flatten().flatten();
                let mut entries: Vec<_> = entries
                    .map(|entry| entry.path())
                    .filter(|path| !self.skips(path))
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

    fn skips(self, path: &Path) -> bool {
        let is = |name: &str| path.file_name().is_some_and(|it| it == name);
        if !is(PACKAGES) {
            return SKIPPED.into_iter().any(is);
        }
        let inside = path.strip_prefix(self.root).unwrap_or(path).components();
        let depth = inside.filter(|part| part.as_os_str() == PACKAGES).count();
        depth > self.depth_of_packages
    }
}
