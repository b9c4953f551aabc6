//! The log of revocations in the store. It never fails: `tests/revocations.rs` has the outages of the log.

use tower_lambda_authorizer::{
    caching::SharedTierError,
    shared_cache::{Appended, LogEntry, LogPosition, RevocationLog},
};

use super::*;

impl RevocationLog for Store {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        Ok(Appended {
            position: self.logs.append(log, message),
            listening: None,
        })
    }

    async fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        Ok(self.logs.read(log, from, limit))
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        Ok(self.logs.last(log))
    }

    async fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        self.logs.wait(log, after, patience).await;
        Ok(())
    }
}
