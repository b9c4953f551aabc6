//! A store whose calls wait, fail, and are cancelled.

use std::collections::HashMap;

use tokio::sync::Notify;
use tower_lambda_authorizer::{caching::SharedTierError, shared_cache::SharedTier};

use super::*;
use crate::logs::Logs;

#[derive(Default)]
pub(super) struct Store {
    values: Mutex<HashMap<String, Vec<u8>>>,
    mood: Mutex<Mood>,
    continues: Notify,
    pub(super) logs: Logs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mood {
    #[default]
    Well,
    /// Calls wait until the mood changes, before or after they have an effect.
    Waits {
        before: bool,
    },
    Fails,
}

impl Store {
    pub(super) fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.continues.notify_waiters();
    }

    pub(super) fn mood(&self) -> Mood {
        *self.mood.lock().unwrap()
    }

    async fn call<T>(
        &self,
        effect: impl FnOnce(&mut HashMap<String, Vec<u8>>) -> T,
    ) -> Result<T, SharedTierError> {
        let continues = self.continues.notified();
        match self.mood() {
            Mood::Waits { before: true } => continues.await,
            Mood::Waits { before: false } => {
                let value = effect(&mut self.values.lock().unwrap());
                continues.await;
                return Ok(value);
            }
            Mood::Fails => return Err(SharedTierError::new("out of order")),
            Mood::Well => {}
        }
        Ok(effect(&mut self.values.lock().unwrap()))
    }
}

impl SharedTier for Store {
    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, SharedTierError> {
        self.call(|values| values.get(key).cloned()).await
    }

    async fn put(&self, key: &str, value: Vec<u8>, _: Duration) -> Result<(), SharedTierError> {
        self.call(|values| drop(values.insert(key.to_owned(), value)))
            .await
    }

    async fn remove(&self, key: &str) -> Result<(), SharedTierError> {
        self.call(|values| drop(values.remove(key))).await
    }

    async fn clear(&self, prefix: &str) -> Result<(), SharedTierError> {
        self.call(|values| values.retain(|key, _| !key.starts_with(prefix)))
            .await
    }
}
