//! The folders that are watched for changes.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::{
    Guard, code,
    writers::{Writers, closes},
};
use crate::failure::Failure;

/// Watches folders and not files: an editor replaces a file, and a watch of the file itself would end with the old one.
pub(super) struct Folders {
    watcher: RecommendedWatcher,
    writers: Writers,
}

/// Whether an event reports the next change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Watched {
    /// Every folder with a file or with code is there.
    All,
    /// A file was changed while it was read. Its writer may have ended, or leave it open.
    SomeAreWritten,
    /// A build may remove its folder and create it again, and no event reports that.
    SomeAreMissing,
}

impl Folders {
    /// Calls `tell` at each change.
    pub(super) fn new(tell: impl Fn() + Send + 'static) -> Result<Self, Failure> {
        let writers = Writers::default();
        let noted = writers.clone();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_read = event.is_ok_and(|event| {
                noted.note(&event);
                event.kind.is_access() && !closes(&event)
            });
            if !is_read {
                tell();
            }
        });
        let watcher = watcher.map_err(|error| cannot_watch(&error))?;
        Ok(Self { watcher, writers })
    }

    /// Whether somebody is writing one of these files.
    pub(super) fn are_written(&self, files: &BTreeSet<PathBuf>) -> bool {
        self.writers.write(files)
    }

    /// A folder that was watched before is watched again, because it may be another one of the same name.
    pub(super) fn watch_those_of(&mut self, files: &BTreeSet<PathBuf>) -> Result<Watched, Failure> {
        let mut watched = Watched::All;
        let folders: BTreeSet<_> = files.iter().flat_map(|file| folders_of(file)).collect();
        for folder in folders {
            if folder.is_dir() {
                self.watch(&folder).map_err(|error| cannot_watch(&error))?;
            } else {
                watched = Watched::SomeAreMissing;
            }
        }
        Ok(watched)
    }

    /// The system may not be able to watch this many folders. Even then, a process that runs earlier code is replaced.
    pub(super) fn watch_code_of(&mut self, guard: &Guard) -> Watched {
        for folder in code::folders(guard) {
            let _ = self.watch(&folder);
        }
        if code::is_there(guard) {
            Watched::All
        } else {
            Watched::SomeAreMissing
        }
    }

    fn watch(&mut self, folder: &Path) -> notify::Result<()> {
        self.watcher.watch(folder, RecursiveMode::NonRecursive)
    }
}

/// Where a file can be replaced: its folder, the folder that a symbolic link leads to, and the folder of each link.
fn folders_of(file: &Path) -> BTreeSet<PathBuf> {
    let links = file.ancestors().filter(|part| part.is_symlink());
    let mut folders: BTreeSet<_> = links.chain([file]).map(folder_of).collect();
    folders.extend(file.canonicalize().ok().as_deref().map(folder_of));
    folders
}

fn folder_of(file: &Path) -> PathBuf {
    match file.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

fn cannot_watch(error: &notify::Error) -> Failure {
    Failure::new(format_args!("files cannot be watched for changes: {error}"))
}
