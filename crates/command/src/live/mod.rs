//! The guard that is in force. It is read again when its files change.

mod body;
mod code;
mod context_headers;
mod folders;
mod guard;
mod hosts;
mod parameters;
mod refusals;
mod reload;
mod repeated;
mod status;
mod writers;

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use axum::response::IntoResponse;
use tokio::{task::spawn_blocking, time::timeout};

pub(crate) use self::{
    body::{Body, BoxError, full},
    context_headers::ContextHeaders,
    guard::Guard,
    reload::Watching,
    status::Status,
};
use crate::{
    access_log::AccessLog,
    cli,
    document::{Document, Files},
    failure::Failure,
    log,
    observed::Observed,
};

/// How long a reload waits for functions to start.
const WARMING: Duration = Duration::from_secs(5);

/// Clones are handles to the same guard.
#[derive(Clone)]
pub(crate) struct Live(Arc<Shared>);

struct Shared {
    recipe: Recipe,
    guard: ArcSwap<Guard>,
    status: Status,
    /// The files of the last attempt to load.
    files: ArcSwap<Files>,
}

/// What a guard is made from.
pub(crate) struct Recipe {
    pub(crate) source: cli::Source,
    pub(crate) functions: cli::Functions,
    pub(crate) settings: cli::LiveSettings,
    pub(crate) observed: Observed,
    pub(crate) access_log: Option<AccessLog>,
}

impl Live {
    /// Reads the document and what it names.
    pub(crate) fn load(
        arguments: &cli::Server,
        observed: Observed,
        access_log: Option<AccessLog>,
    ) -> Result<Self, Failure> {
        let source = &arguments.source;
        if source.file == "-" {
            return Err(Failure::new(
                "the document is read again when it changes, so it cannot be the standard input; name a file",
            ));
        }
        let recipe = Recipe {
            source: source.clone(),
            functions: arguments.functions.clone(),
            settings: arguments.live.clone(),
            observed,
            access_log,
        };
        let files = Files::default();
        let guard = Guard::build(&recipe, Guard::read(&recipe, &files)?)?;
        Ok(Self(Arc::new(Shared {
            recipe,
            guard: ArcSwap::from_pointee(guard),
            status: Status::loaded(),
            files: ArcSwap::from_pointee(files),
        })))
    }

    /// The guard that is in force now. A request uses the same guard from its beginning to its end.
    pub(crate) fn guard(&self) -> Arc<Guard> {
        self.0.guard.load_full()
    }

    /// The metrics of now, for Prometheus.
    pub(crate) fn metrics(&self) -> impl IntoResponse + use<> {
        self.record_caches_of(&self.guard());
        self.0.recipe.observed.metrics()
    }

    fn record_caches_of(&self, guard: &Guard) {
        let statistics = guard.cache_statistics();
        self.0.recipe.observed.record_caches(&statistics);
    }

    pub(crate) fn status(&self) -> &Status {
        &self.0.status
    }

    /// Reads the document again.
    async fn read(&self) -> Result<Document, Failure> {
        let files = Files::default();
        let read = {
            let (live, files) = (self.clone(), files.clone());
            move || Guard::read(&live.0.recipe, &files)
        };
        let read = unblocked(read).await;
        self.0.files.store(Arc::new(files));
        read
    }

    /// Builds the guard of a document that was read. If that fails, the last guard stays in force.
    async fn put_in_force(&self, read: Result<Document, Failure>) {
        let live = self.clone();
        let build = move || read.and_then(|document| Guard::build(&live.0.recipe, document));
        match unblocked(build).await {
            Ok(guard) => {
                // A function that does not start must not keep the old version in force.
                let _ = timeout(WARMING, guard.functions().warm()).await;
                let replaced = self.0.guard.swap(Arc::new(guard));
                self.record_caches_of(&replaced);
                self.record_caches_of(&self.guard()); // Last, because the sizes are those of the last one.
                self.0.recipe.observed.record_reload();
                self.0.status.reloaded();
                log::note(&format!(
                    "{}: read again; no cached result is kept",
                    self.0.recipe.source.file
                ));
            }
            Err(failure) => {
                log::error(&format!(
                    "{failure}; the version before this change stays in force"
                ));
                self.0.status.failed(failure.to_string());
            }
        }
    }
}

/// Runs what reads files or looks for interpreters, which must not block the threads that serve requests.
async fn unblocked<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|bug| Err(Failure::new(bug)))
}
