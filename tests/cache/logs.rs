//! Logs of revocations in memory, by name.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use tokio::sync::Notify;
use tower_lambda_authorizer::shared_cache::{LogEntry, LogPosition};

#[derive(Default)]
pub(crate) struct Logs {
    entries: Mutex<HashMap<String, Vec<Vec<u8>>>>,
    appended: Notify,
}

impl Logs {
    pub(crate) fn append(&self, log: &str, message: Vec<u8>) -> LogPosition {
        let mut entries = self.entries.lock().unwrap();
        let messages = entries.entry(log.to_owned()).or_default();
        messages.push(message);
        self.appended.notify_waiters();
        LogPosition(messages.len() as u128)
    }

    pub(crate) fn read(&self, log: &str, from: LogPosition, limit: usize) -> Vec<LogEntry> {
        let entries = self.entries(log).into_iter();
        let later = entries.filter(|entry| entry.position >= from);
        later.take(limit).collect()
    }

    pub(crate) fn last(&self, log: &str) -> Option<LogEntry> {
        self.entries(log).pop()
    }

    /// Returns when there may be an entry after this position.
    pub(crate) async fn wait(&self, log: &str, after: LogPosition, patience: Duration) {
        let appended = self.appended.notified();
        if self.last(log).is_none_or(|last| last.position <= after) {
            let _ = tokio::time::timeout(patience, appended).await;
        }
    }

    /// Somebody else changes all logs.
    #[cfg(feature = "metrics")]
    pub(crate) fn change(&self, change: impl Fn(&mut Vec<Vec<u8>>)) {
        self.entries.lock().unwrap().values_mut().for_each(change);
        self.appended.notify_waiters();
    }

    fn entries(&self, log: &str) -> Vec<LogEntry> {
        let entries = self.entries.lock().unwrap();
        let messages = entries.get(log).cloned().unwrap_or_default();
        let entry = |(position, message)| LogEntry {
            position: LogPosition(position),
            message,
        };
        (1..).zip(messages).map(entry).collect()
    }
}
