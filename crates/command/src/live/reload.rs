//! Notices that files change, and reads the guard again.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::spawn_blocking,
    time::timeout,
};

use super::{
    Live,
    code::Code,
    folders::{Folders, Watched},
};
use crate::{
    document::{Contents, Document},
    failure::Failure,
};

/// An editor writes a file in several steps.
const QUIET: Duration = Duration::from_millis(50);

/// Another file of the folder may change all the time.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// While a folder is missing, or a file is written, it is looked for without an event.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);

/// Files are watched as long as this lives.
pub(crate) struct Watching {
    task: tokio::task::JoinHandle<()>,
    asker: Asker,
}

impl Watching {
    #[cfg_attr(not(unix), expect(dead_code, reason = "a signal asks"))]
    pub(crate) fn asker(&self) -> Asker {
        self.asker.clone()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks to read the files again, even if they have not changed.
#[derive(Clone)]
pub(crate) struct Asker(UnboundedSender<Cause>);

impl Asker {
    #[cfg_attr(not(unix), expect(dead_code, reason = "a signal asks"))]
    pub(crate) fn read_again(&self) {
        // Nobody listens any more when the process ends.
        let _ = self.0.send(Cause::Asked);
    }
}

/// Why the files are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// Something in their folders may have changed.
    Change,
    Asked,
}

impl Live {
    /// Begins to watch the files, in a task of the runtime.
    pub(crate) fn watch(&self) -> Result<Watching, Failure> {
        let (tell, changes) = unbounded_channel();
        // Nothing has reported the changes until now.
        let _ = tell.send(Cause::Change);
        let asker = Asker(tell.clone());
        let mut folders = Folders::new(move || {
            // Nobody listens any more when the process ends.
            let _ = tell.send(Cause::Change);
        })?;
        let guard = self.guard();
        let watched = folders.watch_those_of(&self.files())?;
        let watched = watched.max(folders.watch_code_of(&guard));
        let seen = self.0.files.load().noted();
        let code = Code::of(&guard);
        let task = follow(self.clone(), changes, folders, watched, seen, code);
        let task = tokio::spawn(task);
        Ok(Watching { task, asker })
    }

    fn files(&self) -> BTreeSet<PathBuf> {
        self.0.files.load().all()
    }
}

async fn follow(
    live: Live,
    mut changes: UnboundedReceiver<Cause>,
    mut folders: Folders,
    mut watched: Watched,
    mut seen: Contents,
    mut code: Code,
) {
    let mut is_asked = false;
    while let Some(cause) = until_changed(&mut changes, watched).await {
        is_asked |= cause == Cause::Asked;
        // If a folder cannot be watched, the others still are.
        watched = folders.watch_those_of(&live.files()).unwrap_or(watched);
        let now = contents_of(&live).await;
        if now != seen || is_asked {
            match read_whole(&live, &folders).await {
                Some((document, contents)) => {
                    live.put_in_force(document).await;
                    // A later change causes another event, and its contents differ from these.
                    seen = contents;
                    is_asked = false;
                }
                None => watched = watched.max(Watched::SomeAreWritten),
            }
            // The new version may name other files.
            let others = folders.watch_those_of(&live.files());
            watched = watched.max(others.unwrap_or(watched));
        }
        watched = watched.max(folders.watch_code_of(&live.guard()));
        code = code.drop_results_of_changed(&live.guard()).await;
    }
}

/// Reads the document again, from files with these contents. `None` if somebody changes them meanwhile: what was read
/// may be a part of a file, or of several versions.
async fn read_whole(
    live: &Live,
    folders: &Folders,
) -> Option<(Result<Document, Failure>, Contents)> {
    if folders.are_written(&live.files()) {
        return None;
    }
    let read = live.read().await;
    let noted = live.0.files.load().noted();
    // In this order: if the files are still the same afterwards, they were so when nobody wrote them.
    let is_whole = !folders.are_written(&live.files()) && noted == contents_of(live).await;
    is_whole.then_some((read, noted))
}

/// Waits for a possible change. Returns `None` if nothing is watched any more.
async fn until_changed(changes: &mut UnboundedReceiver<Cause>, watched: Watched) -> Option<Cause> {
    let mut cause = match watched {
        Watched::All => changes.recv().await,
        Watched::SomeAreWritten | Watched::SomeAreMissing => {
            let change = timeout(BETWEEN_LOOKS, changes.recv()).await;
            change.unwrap_or(Some(Cause::Change))
        }
    }?;
    let quiet = async {
        while let Ok(Some(other)) = timeout(QUIET, changes.recv()).await {
            if other == Cause::Asked {
                cause = other;
            }
        }
    };
    let _ = timeout(MAX_WAIT, quiet).await;
    Some(cause)
}

async fn contents_of(live: &Live) -> Contents {
    let files = live.0.files.load_full();
    let contents = spawn_blocking(move || files.contents());
    contents.await.unwrap_or_default()
}
