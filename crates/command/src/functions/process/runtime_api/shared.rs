//! What a process does, as far as the Runtime API knows it.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};
use tower_lambda_authorizer::lambda::Invoked;

/// The server and its owner share this.
pub(super) struct Shared {
    stage: Mutex<Stage>,
    pub(super) changed: Notify,
    pub(super) function: String,
}

/// What the process does.
pub(super) enum Stage {
    /// It starts, or finishes after an answer.
    Busy,
    /// It waits for an event.
    Ready,
    /// An event waits for it.
    Offered(Event),
    /// It works on the event with this id.
    Running(String, oneshot::Sender<Invoked>),
    /// It could not start, and said why.
    Broken(Bytes),
}

pub(super) struct Event {
    pub(super) payload: Bytes,
    pub(super) deadline: SystemTime,
    pub(super) ended: oneshot::Sender<Invoked>,
}

impl Shared {
    pub(super) fn new(function: &str) -> Self {
        Self {
            stage: Mutex::new(Stage::Busy),
            changed: Notify::new(),
            function: function.to_owned(),
        }
    }

    pub(super) fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, stage: Stage) -> Stage {
        let before = std::mem::replace(&mut *self.stage(), stage);
        self.changed.notify_waiters();
        before
    }

    /// Ends the invocation with this id. Only the first answer counts.
    pub(super) fn end(&self, id: &str) -> Option<oneshot::Sender<Invoked>> {
        let mut stage = self.stage();
        match std::mem::replace(&mut *stage, Stage::Busy) {
            Stage::Running(running, ended) if running == id => Some(ended),
            other => {
                *stage = other;
                None
            }
        }
    }

    pub(super) fn take(&self) -> Option<Event> {
        let mut stage = self.stage();
        match std::mem::replace(&mut *stage, Stage::Busy) {
            Stage::Offered(event) => Some(event),
            other => {
                *stage = other;
                None
            }
        }
    }
}
