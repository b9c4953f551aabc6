//! Functions that run on this machine, in processes of their own.

mod complete;
mod failure;
mod in_file;
mod interpreter;
mod layers;
mod output;
mod own_output;
mod plan;
mod program;
mod runtime_api;
mod sandbox;
mod sources;
mod stamp;
mod web_sites;

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use tokio::sync::Semaphore;
use tower_lambda_authorizer::{
    lambda::{Invoke, InvokeError, InvokeErrorKind, Invoked},
    openapi::FunctionDefinition,
};

use self::{
    complete::complete,
    failure::{explained, failure},
    plan::Plan,
    sandbox::{Ended, Sandbox},
    stamp::Stamp,
};
pub(super) use self::{in_file::InFile, interpreter::Interpreter, layers::module_folders};
pub(crate) use self::{sources::Sources, stamp::Seen};

/// This many events are handled at the same time. Others wait.
const MAX_PROCESSES: usize = 8;

/// A function with its processes, which are started when they are needed, and kept.
#[derive(Clone)]
pub(super) struct LocalFunction(Arc<Pool>);

struct Pool {
    plan: Plan,
    sources: Sources,
    idle: Mutex<Vec<Sandbox>>,
    places: Semaphore,
}

impl LocalFunction {
    /// `Err` says what is missing, and what to do.
    pub(super) fn new(folder: &Path, function: &FunctionDefinition) -> Result<Self, String> {
        Plan::new(folder, function).map(Self::planned)
    }

    /// A function that no template describes.
    pub(super) fn in_file(name: &str, named: &InFile) -> Result<Self, String> {
        Plan::in_file(name, named).map(Self::planned)
    }

    fn planned(plan: Plan) -> Self {
        Self(Arc::new(Pool {
            sources: plan.sources(),
            plan,
            idle: Mutex::new(Vec::new()),
            places: Semaphore::new(MAX_PROCESSES),
        }))
    }

    pub(super) fn describe(&self) -> String {
        self.0.plan.describe()
    }

    /// Which version runs it instead of the template's, and why.
    pub(super) fn other_version(&self) -> Option<(&str, String)> {
        let plan = &self.0.plan;
        let instead = plan.instead()?;
        let runtime = plan.template_runtime.as_deref().unwrap_or_default();
        let interpreter = Interpreter::of(runtime)?;
        Some((instead, interpreter.why_another(runtime)))
    }

    /// Starts the first process. If it cannot start, the first event is answered with the reason.
    pub(super) async fn warm(&self) {
        if let Ok(sandbox) = self.ready().await {
            self.idle().push(sandbox);
        }
    }

    /// The files that it is made of.
    pub(super) fn sources(&self) -> &Sources {
        &self.0.sources
    }

    /// A process that runs the newest files. `Err` says what is missing, and what to do.
    async fn ready(&self) -> Result<Sandbox, String> {
        let stamp = self.complete().await?;
        if let Some(sandbox) = self.take(stamp) {
            return Ok(sandbox);
        }
        let sandbox = self.start(stamp).await?;
        let newer = self.complete().await?;
        if newer == stamp {
            return Ok(sandbox);
        }
        // It may have loaded half of a change. Not a third time: a function may itself write a file when it starts.
        self.start(newer).await
    }

    async fn start(&self, stamp: Stamp) -> Result<Sandbox, String> {
        let mut sandbox = Sandbox::start(&self.0.plan, stamp).await?;
        sandbox.warm().await;
        Ok(sandbox)
    }

    /// The files, as soon as they are complete.
    async fn complete(&self) -> Result<Stamp, String> {
        complete(|| self.seen()).await
    }

    /// Reading the times of files blocks.
    async fn seen(&self) -> Seen {
        let function = self.clone();
        let seen = tokio::task::spawn_blocking(move || function.sources().seen());
        seen.await.unwrap_or(Seen::NOTHING)
    }

    /// A process that runs the newest files. The others are killed.
    fn take(&self, stamp: Stamp) -> Option<Sandbox> {
        let mut idle = self.idle();
        idle.retain(|sandbox| sandbox.stamp == stamp);
        idle.pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Sandbox>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Invoke for LocalFunction {
    async fn invoke(&self, event: Bytes) -> Result<Invoked, InvokeError> {
        let place = self.0.places.acquire().await;
        let _place = place.map_err(|error| InvokeError::new(InvokeErrorKind::Failed, error))?;
        let plan = &self.0.plan;
        loop {
            let mut sandbox = match self.ready().await {
                Ok(sandbox) => sandbox,
                Err(reason) => {
                    let problem = format!("`{}` cannot be run: {reason}", plan.name);
                    return Ok(failure("Sandbox.NotStarted", &problem));
                }
            };
            match sandbox.invoke(event.clone(), plan.timeout).await {
                Ended::Served(invoked) => {
                    self.idle().push(sandbox);
                    return Ok(explained(invoked, plan.instead()));
                }
                Ended::Over(invoked) => return Ok(explained(invoked, plan.instead())),
                Ended::NotDelivered => {}
            }
        }
    }
}
