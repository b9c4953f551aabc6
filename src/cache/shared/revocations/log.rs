//! The log of revocations in a store, which an application can implement.

use std::{future::Future, sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use crate::cache::shared::SharedTierError;

/// A place in a log. Later entries have greater positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
#[allow(clippy::exhaustive_structs, reason = "applications make it")]
pub struct LogPosition(pub u128);

/// An entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "applications make it")]
pub struct LogEntry {
    /// Where it is.
    pub position: LogPosition,
    /// What was appended.
    pub message: Vec<u8>,
}

/// What a store says about an entry that it has appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "applications make it")]
pub struct Appended {
    /// Where the entry is.
    pub position: LogPosition,
    /// How many processes were listening, if the store knows.
    pub listening: Option<u64>,
}

/// Logs by name that processes share, such as streams of Redis. A store that has them can tell all processes what was
/// [revoked](crate::shared_cache::SharedCache::with_revocations).
///
/// Appending and reading have to be linearizable: a read that begins after an entry was appended returns that entry. So
/// do not read from a replica. Entries have to be kept for two hours. Names have at most 120 bytes of
/// `A-Z a-z 0-9 : - _`, and messages have at most 5 KiB.
pub trait RevocationLog: Send + Sync + 'static {
    /// Appends an entry after all others, and wakes the processes that wait.
    fn append(
        &self,
        log: &str,
        message: Vec<u8>,
    ) -> impl Future<Output = Result<Appended, SharedTierError>> + Send;

    /// Returns the entries at `from` and after it, the earliest first, at most `limit`.
    fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<LogEntry>, SharedTierError>> + Send;

    /// Returns the last entry.
    fn last(
        &self,
        log: &str,
    ) -> impl Future<Output = Result<Option<LogEntry>, SharedTierError>> + Send;

    /// Waits until there is an entry after `after`, or until `patience` is over. May return earlier.
    fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> impl Future<Output = Result<(), SharedTierError>> + Send;

    /// Nobody in this process reads the log any more. Closes what it needs, such as a connection. Does nothing by default.
    fn leave(&self, log: &str) {
        let _ = log;
    }
}

impl<T: RevocationLog> RevocationLog for Arc<T> {
    fn append(
        &self,
        log: &str,
        message: Vec<u8>,
    ) -> impl Future<Output = Result<Appended, SharedTierError>> + Send {
        T::append(self, log, message)
    }

    fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<LogEntry>, SharedTierError>> + Send {
        T::read(self, log, from, limit)
    }

    fn last(
        &self,
        log: &str,
    ) -> impl Future<Output = Result<Option<LogEntry>, SharedTierError>> + Send {
        T::last(self, log)
    }

    fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> impl Future<Output = Result<(), SharedTierError>> + Send {
        T::wait(self, log, after, patience)
    }

    fn leave(&self, log: &str) {
        T::leave(self, log);
    }
}

/// The object-safe version of [`RevocationLog`].
pub(super) trait DynRevocationLog: Send + Sync + 'static {
    fn append<'a>(
        &'a self,
        log: &'a str,
        message: Vec<u8>,
    ) -> BoxFuture<'a, Result<Appended, SharedTierError>>;
    fn read<'a>(
        &'a self,
        log: &'a str,
        from: LogPosition,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<LogEntry>, SharedTierError>>;
    fn last<'a>(&'a self, log: &'a str)
    -> BoxFuture<'a, Result<Option<LogEntry>, SharedTierError>>;
    fn wait<'a>(
        &'a self,
        log: &'a str,
        after: LogPosition,
        patience: Duration,
    ) -> BoxFuture<'a, Result<(), SharedTierError>>;
    fn leave(&self, log: &str);
}

impl<T: RevocationLog> DynRevocationLog for T {
    fn append<'a>(
        &'a self,
        log: &'a str,
        message: Vec<u8>,
    ) -> BoxFuture<'a, Result<Appended, SharedTierError>> {
        Box::pin(RevocationLog::append(self, log, message))
    }

    fn read<'a>(
        &'a self,
        log: &'a str,
        from: LogPosition,
        limit: usize,
    ) -> BoxFuture<'a, Result<Vec<LogEntry>, SharedTierError>> {
        Box::pin(RevocationLog::read(self, log, from, limit))
    }

    fn last<'a>(
        &'a self,
        log: &'a str,
    ) -> BoxFuture<'a, Result<Option<LogEntry>, SharedTierError>> {
        Box::pin(RevocationLog::last(self, log))
    }

    fn wait<'a>(
        &'a self,
        log: &'a str,
        after: LogPosition,
        patience: Duration,
    ) -> BoxFuture<'a, Result<(), SharedTierError>> {
        Box::pin(RevocationLog::wait(self, log, after, patience))
    }

    fn leave(&self, log: &str) {
        RevocationLog::leave(self, log);
    }
}
