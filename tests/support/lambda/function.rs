//! A function: its settings, and the processes that wait for its next event.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::sync::{Semaphore, watch};

use super::{
    environment::{Environment, Outcome},
    programs::Program,
};

pub(crate) struct Deployment {
    program: Program,
    timeout: Duration,
    concurrency: usize,
}

impl Deployment {
    /// A function with at most ten processes, and with a minute for each event: on a busy machine, Lambda's default
    /// timeout of three seconds can be too short for any function.
    pub(crate) fn new(program: Program) -> Self {
        Self {
            program,
            timeout: Duration::from_secs(60),
            concurrency: 10,
        }
    }

    pub(crate) fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }

    pub(crate) fn concurrency(mut self, processes: usize) -> Self {
        self.concurrency = processes;
        self
    }
}

pub(crate) struct Function {
    name: String,
    deployment: Deployment,
    free: Semaphore,
    idle: Mutex<Vec<Environment>>,
    broken: watch::Sender<bool>,
    forbidden: AtomicBool,
    invocations: watch::Sender<usize>,
}

/// There are too many concurrent calls.
pub(super) struct Throttled;

impl Function {
    pub(super) fn new(name: &str, deployment: Deployment) -> Self {
        Self {
            name: name.to_owned(),
            free: Semaphore::new(deployment.concurrency),
            deployment,
            idle: Mutex::default(),
            broken: watch::Sender::new(false),
            forbidden: AtomicBool::new(false),
            invocations: watch::Sender::new(0),
        }
    }

    /// How many events it has received.
    pub(crate) fn invocations(&self) -> usize {
        *self.invocations.borrow()
    }

    /// Waits until it has received this many events.
    pub(crate) async fn invoked(&self, times: usize) {
        let mut invocations = self.invocations.subscribe();
        let enough = invocations
            .wait_for(|invocations| *invocations >= times)
            .await;
        assert!(enough.is_ok(), "the sender is ours");
    }

    /// Kills its processes, including those with an event. No other process can be started.
    pub(crate) fn break_down(&self) {
        self.broken.send_replace(true);
        self.idle.lock().unwrap().clear();
    }

    pub(crate) fn repair(&self) {
        self.broken.send_replace(false);
    }

    /// Revokes the permission to invoke it.
    pub(crate) fn forbid(&self) {
        self.forbidden.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_forbidden(&self) -> bool {
        self.forbidden.load(Ordering::SeqCst)
    }

    pub(super) fn timeout(&self) -> Duration {
        self.deployment.timeout
    }

    /// Sends the event to a process that waits for one, or to a new one.
    pub(super) async fn invoke(&self, event: Bytes, trace: String) -> Result<Outcome, Throttled> {
        let _place = self.free.try_acquire().map_err(|_| Throttled)?;
        let idle = self.idle.lock().unwrap().pop();
        let environment = match idle {
            Some(environment) => Some(environment),
            None if *self.broken.borrow() => None,
            None => Environment::start(&self.name, &self.deployment.program).await,
        };
        let Some(mut environment) = environment else {
            return Ok(Outcome::NotStarted);
        };
        self.invocations
            .send_modify(|invocations| *invocations += 1);
        let mut broken = self.broken.subscribe();
        let outcome = tokio::select! {
            outcome = environment.handle(event, trace, self.deployment.timeout) => outcome,
            _ = broken.wait_for(|broken| *broken) => Outcome::Exited("signal: killed".into()),
        };
        if outcome.leaves_the_process_alive() {
            self.idle.lock().unwrap().push(environment);
        }
        Ok(outcome)
    }
}
