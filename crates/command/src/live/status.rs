//! The state of the guard: when it was loaded, and what is wrong with a later version.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

pub(crate) struct Status(Mutex<Facts>);

#[derive(Clone)]
pub(crate) struct Facts {
    /// The version that is in force.
    pub(crate) loaded_at: SystemTime,
    pub(crate) reloads: u64,
    /// Why the latest version is not in force.
    pub(crate) error: Option<String>,
    /// The server accepts no new connections.
    pub(crate) is_ending: bool,
}

impl Status {
    pub(super) fn loaded() -> Self {
        Self(Mutex::new(Facts {
            loaded_at: SystemTime::now(),
            reloads: 0,
            error: None,
            is_ending: false,
        }))
    }

    pub(super) fn reloaded(&self) {
        let mut facts = self.lock();
        facts.loaded_at = SystemTime::now();
        facts.reloads += 1;
        facts.error = None;
    }

    pub(super) fn failed(&self, error: String) {
        self.lock().error = Some(error);
    }

    pub(crate) fn ends(&self) {
        self.lock().is_ending = true;
    }

    pub(crate) fn facts(&self) -> Facts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
