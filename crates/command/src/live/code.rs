//! Notices that the code of a function has changed, and drops the results that the earlier code gave.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use tokio::task::spawn_blocking;

use super::Guard;
use crate::{functions::Seen, log};

/// The state of the code of each authorizer's function at one time.
#[derive(Default)]
pub(super) struct Code(BTreeMap<String, Seen>);

impl Code {
    /// Reads the times of files.
    pub(super) fn of(guard: &Guard) -> Self {
        let sources = guard.functions().sources();
        let seen = sources.map(|(authorizer, sources)| (authorizer.to_owned(), sources.seen()));
        Self(seen.collect())
    }

    /// Drops the cached results of the functions whose code has changed, and returns the code as it is now. A call of
    /// the earlier code that is in progress still answers its request, but its result is not cached.
    pub(super) async fn drop_results_of_changed(self, guard: &Arc<Guard>) -> Self {
        let read = {
            let guard = Arc::clone(guard);
            move || Self::of(&guard)
        };
        let Ok(now) = spawn_blocking(read).await else {
            // A change that could not be read is noticed at the next look.
            return self;
        };
        for (authorizer, seen) in &now.0 {
            let before = self.0.get(authorizer);
            if before.is_some_and(|before| before.stamp != seen.stamp) {
                guard.drop_results_of(authorizer).await;
                log::note(&dropped(authorizer, seen));
            }
        }
        now
    }
}

/// Names a file, because it may be one that is not code, such as a log, and then has to be elsewhere.
fn dropped(authorizer: &str, seen: &Seen) -> String {
    let code = match authorizer {
        "" => "the code of the function".to_owned(),
        name => format!("{name}: the code of its function"),
    };
    let dropped = format!("{code} has changed; its cached results are dropped");
    match &seen.latest {
        Some(path) => format!("{dropped} (changed last: `{}`)", path.display()),
        None => dropped,
    }
}

/// Whether the code of every function is there, and its layers.
pub(super) fn is_there(guard: &Guard) -> bool {
    let mut sources = guard.functions().sources();
    sources.all(|(_, sources)| sources.are_there())
}

/// The folders with code and layers. Changes below them are noticed.
pub(super) fn folders(guard: &Guard) -> BTreeSet<PathBuf> {
    let sources = guard.functions().sources();
    sources.flat_map(|(_, sources)| sources.folders()).collect()
}
