//! Notices that the files of a function have changed.

use std::{
    fs::{self, Metadata},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use super::own_output::OwnOutput;

/// Python writes its cache itself, and the others do not belong to the code.
const SKIPPED: [&str; 4] = [".git", "__pycache__", ".venv", ".aws-sam"];

/// Installed packages are many files that seldom change.
const PACKAGES: &str = "node_modules";

/// Enough for the code of a function. Changes of further files are not noticed.
const MAX_FILES: usize = 10_000;

/// A program that has not written for this long has written everything.
const PAUSE: Duration = Duration::from_millis(50);

/// Equal as long as no file has changed: a hash of names, sizes and times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

/// The files at one time.
pub(crate) struct Seen {
    pub(crate) stamp: Stamp,
    /// What has changed last. After a file has been removed, it is the folder that the file was in.
    pub(crate) latest: Option<PathBuf>,
    /// How long to wait until they are complete, if nobody goes on writing them.
    pub(super) rest_of_pause: Duration,
}

impl Seen {
    /// The stamp of files that could not be read.
    pub(super) const NOTHING: Self = Self {
        stamp: Stamp(0),
        latest: None,
        rest_of_pause: Duration::ZERO,
    };

    pub(super) fn of<'f>(all: impl Iterator<Item = Files<'f>>) -> Self {
        let found: Vec<_> = all.flat_map(Files::found).collect();
        // Later than all times of files, apart from those in the future, which say nothing.
        let now = SystemTime::now();
        let (mut hasher, mut rest_of_pause) = (DefaultHasher::new(), Duration::ZERO);
        let mut latest = None;
        for (path, metadata) in found {
            path.hash(&mut hasher);
            let modified = metadata.modified().ok();
            let times = [modified, status_changed(&metadata)].into_iter().flatten();
            if !metadata.is_dir() {
                (metadata.len(), modified).hash(&mut hasher);
                for changed in times.clone() {
                    let passed = now.duration_since(changed).unwrap_or(PAUSE);
                    rest_of_pause = rest_of_pause.max(PAUSE.saturating_sub(passed));
                }
            }
            latest = latest.max(times.max().map(|changed| (changed, path)));
        }
        Self {
            stamp: Stamp(hasher.finish()),
            latest: latest.map(|(_, path)| path),
            rest_of_pause,
        }
    }
}

/// When a file got its name, its content or its times. Programs that copy files set the time of the content back.
#[cfg(unix)]
fn status_changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt;

    let seconds = Duration::from_secs(metadata.ctime().try_into().ok()?);
    let nanoseconds = Duration::from_nanos(metadata.ctime_nsec().try_into().ok()?);
    SystemTime::UNIX_EPOCH.checked_add(seconds + nanoseconds)
}

#[cfg(not(unix))]
fn status_changed(_: &Metadata) -> Option<SystemTime> {
    None
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
        files.filter_map(|(path, metadata)| {
            if metadata.is_dir() {
                Some(path)
            } else {
                path.parent().map(Path::to_owned)
            }
        })
    }

    /// Everything, in an order that stays the same.
    fn found(self) -> Vec<(PathBuf, Metadata)> {
        let own_output = OwnOutput::now();
        let (mut found, mut left) = (Vec::new(), MAX_FILES);
        let mut waiting = vec![self.root.to_owned()];
        while let Some(path) = waiting.pop() {
            let Ok(metadata) = fs::metadata(&path) else {
                continue;
            };
            if own_output.is(&metadata) {
                continue;
            }
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
