//! Notices that the code of a function has changed, and drops the results that the earlier code gave.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use tokio::task::spawn_blocking;

use super::Guard;
use crate::{functions::Stamp, log};

/// The state of the code of each authorizer's function at one time.
#[derive(Default)]
pub(super) struct Code(BTreeMap<String, Stamp>);

impl Code {
    /// Reads the times of files.
    pub(super) fn of(guard: &Guard) -> Self {
        let sources = guard.functions().sources();
        let stamps = sources.map(|(authorizer, sources)| (authorizer.to_owned(), sources.stamp()));
        Self(stamps.collect())
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
        for (authorizer, stamp) in &now.0 {
            if self.0.get(authorizer).is_some_and(|before| before != stamp) {
                guard.drop_results_of(authorizer).await;
                log::note(&format!(
                    "{authorizer}: the code of its function has changed; its cached results are dropped"
                ));
            }
        }
        now
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
