//! Notices that files change, and reads the guard again.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    time::Duration,
};

use tokio::{
    sync::mpsc::{UnboundedReceiver, unbounded_channel},
    task::spawn_blocking,
    time::timeout,
};

use super::{
    Live,
    code::Code,
    folders::{Folders, Watched},
};
use crate::failure::{self, Failure};

/// An editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(50);

/// Another file of the folder may change all the time.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// While a folder is missing, it is looked for.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

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
        let mut folders = Folders::new(move || {
            // Nobody listens any more when the process ends.
            let _ = tell.send(());
        })?;
        let guard = self.guard();
        let watched = folders.watch_those_of(&self.files())?;
        let watched = watched.max(folders.watch_code_of(&guard));
        // Before the first request, so that no later change is missed.
        let seen = contents(&self.files());
        let code = Code::of(&guard);
        let task = follow(self.clone(), changes, folders, watched, seen, code);
        let task = tokio::spawn(task);
        Ok(Watching(task))
    }

    fn files(&self) -> BTreeSet<PathBuf> {
        self.0.files.load().all()
    }
}

async fn follow(
    live: Live,
    mut changes: UnboundedReceiver<()>,
    mut folders: Folders,
    mut watched: Watched,
    mut seen: Contents,
    mut code: Code,
) {
    while until_changed(&mut changes, watched).await {
        // If a folder cannot be watched, the others still are.
        watched = folders.watch_those_of(&live.files()).unwrap_or(watched);
        // A later change causes another event, and its contents differ from these.
        let now = contents_of(&live).await;
        if now != seen {
            live.reload().await;
            // The new version may name other files.
            watched = folders.watch_those_of(&live.files()).unwrap_or(watched);
            seen = contents_of(&live).await;
            let is_seen = |(file, _): &(PathBuf, _)| seen.contains_key(file);
            let before: Vec<_> = now.into_iter().filter(is_seen).collect();
            seen.extend(before);
        }
        watched = watched.max(folders.watch_code_of(&live.guard()));
        code = code.drop_results_of_changed(&live.guard()).await;
    }
}

/// Waits for a possible change. Returns `false` if nothing is watched any more.
async fn until_changed(changes: &mut UnboundedReceiver<()>, watched: Watched) -> bool {
    let change = match watched {
        Watched::All => changes.recv().await,
        Watched::SomeAreMissing => {
            let change = timeout(BETWEEN_LOOKS, changes.recv()).await;
            change.unwrap_or(Some(()))
        }
    };
    let quiet = async { while let Ok(Some(())) = timeout(QUIET, changes.recv()).await {} };
    let _ = timeout(LONGEST_WAIT, quiet).await;
    change.is_some()
}

/// A hash of each file's content. A folder has other files, too, and programs touch files without changing them.
type Contents = BTreeMap<PathBuf, Option<u64>>;

async fn contents_of(live: &Live) -> Contents {
    let files = live.files();
    let contents = spawn_blocking(move || contents(&files));
    contents.await.unwrap_or_default()
}

fn contents(files: &BTreeSet<PathBuf>) -> Contents {
    let hashed = |file: &PathBuf| {
        let content = failure::read_bytes(file).ok()?;
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        Some(hasher.finish())
    };
    files
        .iter()
        .map(|file| (file.clone(), hashed(file)))
        .collect()
}
