//! A log of revocations in memory, which cannot be read while the store does not respond.

use std::time::Duration;

use tokio::time::sleep;
use tower_lambda_authorizer::{
    caching::SharedTierError,
    shared_cache::{Appended, LogEntry, LogPosition, RevocationLog},
};

use super::Store;

impl RevocationLog for Store {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        self.arrive().await?;
        let mut logs = self.logs();
        let entries = logs.entry(log.to_owned()).or_default();
        let position = LogPosition(entries.len() as u128 + 1);
        entries.push(LogEntry { position, message });
        Ok(Appended {
            position,
            listening: None,
        })
    }

    async fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        self.arrive().await?;
        let logs = self.logs();
        let entries = logs.get(log).into_iter().flatten();
        let later = entries.filter(|entry| entry.position >= from);
        Ok(later.take(limit).cloned().collect())
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        self.arrive().await?;
        Ok(self.logs().get(log).and_then(|log| log.last()).cloned())
    }

    async fn wait(
        &self,
        _: &str,
        _: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        sleep(patience).await;
        Ok(())
    }
}
