//! The log of revocations in the store. It has no moods: an outage of the log is what `tests/revocations.rs` is about.

use tower_lambda_authorizer::{
    caching::SharedTierError,
    shared_cache::{Appended, LogEntry, LogPosition, RevocationLog},
};

use super::*;

impl Store {
    fn entries(&self, log: &str) -> Vec<LogEntry> {
        let logs = self.logs.lock().unwrap();
        let messages = logs.get(log).cloned().unwrap_or_default();
        let entry = |(position, message)| LogEntry {
            position: LogPosition(position),
            message,
        };
        (1..).zip(messages).map(entry).collect()
    }
}

impl RevocationLog for Store {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        let mut logs = self.logs.lock().unwrap();
        let messages = logs.entry(log.to_owned()).or_default();
        messages.push(message);
        self.appended.notify_waiters();
        Ok(Appended {
            position: LogPosition(messages.len() as u128),
            listening: None,
        })
    }

    async fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        let entries = self.entries(log).into_iter();
        let later = entries.filter(|entry| entry.position >= from);
        Ok(later.take(limit).collect())
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        Ok(self.entries(log).pop())
    }

    async fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        let appended = self.appended.notified();
        let last = self.entries(log).pop();
        if last.is_none_or(|last| last.position <= after) {
            let _ = tokio::time::timeout(patience, appended).await;
        }
        Ok(())
    }
}
