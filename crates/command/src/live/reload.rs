//! Notices that files change, and reads the guard again.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::Duration,
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    time::timeout,
};

use super::Live;
use crate::failure::Failure;

/// An editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(50);

/// Another file of the folder may change all the time.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Files are watched as long as this lives.
pub(crate) struct Watching(tokio::task::JoinHandle<()>);

impl Drop for Watching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Live {
    /// Begins to watch the files, in a task of the runtime.
    pub(crate) fn watch(&self) -> Result<Watching, Failure> {
        let (tell, changes) = unbounded_channel();
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let is_read = event.is_ok_and(|event| event.kind.is_access());
            if !is_read {
                // Nobody listens any more when the process ends.
                let _ = tell.send(());
            }
        });
        let mut folders = Folders {
            watcher: watcher.map_err(|error| cannot_watch(&error))?,
            watched: BTreeSet::new(),
        };
        folders.watch_those_of(&self.files())?;
        let seen = contents(&self.files());
        let task = tokio::spawn(follow(self.clone(), folders, changes, seen));
        Ok(Watching(task))
    }

    fn files(&self) -> BTreeSet<PathBuf> {
        self.0.files.load().all()
    }
}

async fn follow(
    live: Live,
    mut folders: Folders,
    mut changes: UnboundedReceiver<()>,
    mut seen: Contents,
) {
    while changes.recv().await.is_some() {
        until_quiet(&mut changes).await;
        // What changes from here on causes another event, and differs from this.
        let now = contents(&live.files());
        if now == seen {
            continue;
        }
        live.reload().await;
        let files = live.files();
        // The new version may name other files. If a folder cannot be watched, the others still are.
        let _ = folders.watch_those_of(&files);
        seen = contents(&files);
        seen.extend(now.into_iter().filter(|(file, _)| files.contains(file)));
    }
}

async fn until_quiet(changes: &mut UnboundedReceiver<()>) {
    let quiet = async { while let Ok(Some(())) = timeout(QUIET, changes.recv()).await {} };
    let _ = timeout(LONGEST_WAIT, quiet).await;
}

/// The folders of the files: an editor replaces a file, and a watch of the file itself would end with the old one.
struct Folders {
    watcher: RecommendedWatcher,
    watched: BTreeSet<PathBuf>,
}

impl Folders {
    fn watch_those_of(&mut self, files: &BTreeSet<PathBuf>) -> Result<(), Failure> {
        let folders: BTreeSet<_> = files.iter().map(|file| folder_of(file)).collect();
        for folder in folders {
            if folder.is_dir() && !self.watched.contains(&folder) {
                let watched = self.watcher.watch(&folder, RecursiveMode::NonRecursive);
                watched.map_err(|error| cannot_watch(&error))?;
                self.watched.insert(folder);
            }
        }
        Ok(())
    }
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

/// A hash of each file's content. A folder has other files, too, and programs touch files without changing them.
type Contents = BTreeMap<PathBuf, Option<u64>>;

fn contents(files: &BTreeSet<PathBuf>) -> Contents {
    let hashed = |file: &PathBuf| {
        let content = fs::read(file).ok()?;
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        Some(hasher.finish())
    };
    files
        .iter()
        .map(|file| (file.clone(), hashed(file)))
        .collect()
}
