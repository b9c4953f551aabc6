//! Logs of revocations as streams of Redis.
//!
//! The server numbers the entries, so the clocks of processes do not matter. Each process follows a log on a connection of
//! its own, since a command that waits would hold up the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::join;
use redis::{Cmd, FromRedisValue, RedisError, RedisResult, Value};

use super::{RedisTier, connection::Settings, link::Link};
use crate::cache::shared::{Appended, LogEntry, LogPosition, RevocationLog, SharedTierError};

/// Entries are kept for two hours: longer than a result (one hour) and the call that made it. The last entry before that
/// time is kept, too, because results may have been stored after it.
const KEPT: Duration = Duration::from_secs(2 * 3600);

/// A log that nobody follows and to which nothing is appended is removed after a week.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 3600);

/// The longest time that a command waits for an entry, even if its caller would wait longer.
const MAX_WAIT: Duration = Duration::from_secs(1);

/// The field of an entry.
const FIELD: &str = "m";

/// The server's error for a value of another type.
const WRONG_TYPE: &str = "WRONGTYPE";

/// The connections of the logs that this process follows.
pub(super) type Followed = Mutex<HashMap<String, Arc<Link>>>;

/// The answer to XRANGE: for each entry its id and its fields.
type Entries = Vec<(String, Vec<Vec<u8>>)>;

impl RevocationLog for RedisTier {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        let mut add = redis::cmd("XADD");
        add.arg(log).arg("*").arg(FIELD).arg(message);
        let added: Result<String, RedisError> = match self.query(&add).await {
            Err(error) if is_unusable(&error) => {
                // All processes notice that their log is gone, and forget everything.
                let _: Value = self.ask(redis::cmd("UNLINK").arg(log)).await?;
                self.query(&add).await
            }
            added => added,
        };
        let position = position(&added.map_err(|error| self.failed(error))?)?;
        let (listening, _) = join(self.wake(log), self.trim(log, position)).await;
        Ok(Appended {
            position,
            listening,
        })
    }

    async fn read(
        &self,
        log: &str,
        from: LogPosition,
        limit: usize,
    ) -> Result<Vec<LogEntry>, SharedTierError> {
        let mut range = redis::cmd("XRANGE");
        range
            .arg(log)
            .arg(id(from))
            .arg("+")
            .arg("COUNT")
            .arg(limit);
        let entries = self.follow(log, &range).await;
        let entries: Entries = self.if_it_is_a_log(entries)?;
        entries.into_iter().map(entry).collect()
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        let mut range = redis::cmd("XREVRANGE");
        range.arg(log).arg("+").arg("-").arg("COUNT").arg(1);
        let entries = self.follow(log, &range).await;
        let entries: Entries = self.if_it_is_a_log(entries)?;
        entries.into_iter().next().map(entry).transpose()
    }

    async fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        let patience = patience.min(MAX_WAIT);
        let milliseconds = u64::try_from(patience.as_millis()).map_err(SharedTierError::new)?;
        let mut read = redis::cmd("XREAD");
        // Zero would mean forever.
        read.arg("COUNT")
            .arg(1)
            .arg("BLOCK")
            .arg(milliseconds.max(1));
        read.arg("STREAMS").arg(log).arg(id(after));
        let read: Result<Value, _> = self.follow(log, &read).await;
        read.map(drop).map_err(|error| self.failed(error))
    }

    /// Closes the connection, as soon as no command uses it.
    fn leave(&self, log: &str) {
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        let link = followed.remove(log);
        drop(followed);
        drop(link);
    }
}

impl RedisTier {
    /// Sends a command on the log's own connection.
    async fn follow<T: FromRedisValue>(&self, log: &str, command: &Cmd) -> RedisResult<T> {
        let link = {
            let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
            let link = followed.entry(log.to_owned()).or_default();
            Arc::clone(link)
        };
        // The timeouts of a follower are those of its caller. A command that waits has no response before its end.
        let settings = Settings {
            response_timeout: MAX_WAIT.saturating_mul(5),
            ..self.settings
        };
        let connect = || self.target.connect_listening(settings, log.to_owned());
        let mut connection = link.connection(connect).await?;
        let answer = connection.query(command).await;
        link.heard(answer.as_ref().err());
        answer
    }

    /// Tells the processes that listen. Returns their number, which a node of a cluster does not know.
    async fn wake(&self, log: &str) -> Option<u64> {
        if self.target.is_cluster() {
            None
        } else {
            self.ask(redis::cmd("PUBLISH").arg(log).arg("")).await.ok()
        }
    }

    /// Removes old entries. If this fails, they are removed with the next entry.
    async fn trim(&self, log: &str, last: LogPosition) -> Result<(), SharedTierError> {
        let mut expire = redis::cmd("EXPIRE");
        expire.arg(log).arg(UNUSED.as_secs());
        let (expires, trimmed) = join(self.ask::<Value>(&expire), self.trim_to(log, last)).await;
        expires.and(trimmed)
    }

    async fn trim_to(&self, log: &str, last: LogPosition) -> Result<(), SharedTierError> {
        let kept = u128::from(u64::try_from(KEPT.as_millis()).unwrap_or(u64::MAX)) << 64;
        let oldest = LogPosition(last.0.saturating_sub(kept));
        let mut before = redis::cmd("XREVRANGE");
        before.arg(log).arg(id(oldest)).arg("-").arg("COUNT").arg(1);
        let before: Entries = self.ask(&before).await?;
        if let Some((id, _)) = before.first() {
            let mut trim = redis::cmd("XTRIM");
            let _: Value = self
                .ask(trim.arg(log).arg("MINID").arg("~").arg(id))
                .await?;
        }
        Ok(())
    }
}

/// Something else has the log's name, or somebody has used up its ids.
fn is_unusable(error: &RedisError) -> bool {
    let is_used_up = |detail: &str| detail.contains("exhausted the last possible ID");
    error.code() == Some(WRONG_TYPE) || error.detail().is_some_and(is_used_up)
}

impl RedisTier {
    /// A value that is not a log has no entries. So the process begins a log, which replaces the value.
    fn if_it_is_a_log(&self, entries: RedisResult<Entries>) -> Result<Entries, SharedTierError> {
        match entries {
            Err(error) if error.code() == Some(WRONG_TYPE) => Ok(Vec::new()),
            entries => entries.map_err(|error| self.failed(error)),
        }
    }
}

fn entry((id, fields): (String, Vec<Vec<u8>>)) -> Result<LogEntry, SharedTierError> {
    Ok(LogEntry {
        position: position(&id)?,
        // An entry with other fields was not written by this crate, so it counts as not intact.
        message: fields
            .concat()
            .strip_prefix(FIELD.as_bytes())
            .unwrap_or_default()
            .to_vec(),
    })
}

/// An id is a time in milliseconds and a number, such as `1526919030474-55`.
fn position(id: &str) -> Result<LogPosition, SharedTierError> {
    let parts = id.split_once('-');
    let parsed = parts.and_then(|(time, number)| {
        let (time, number) = (time.parse::<u64>().ok()?, number.parse::<u64>().ok()?);
        Some(LogPosition(u128::from(time) << 64 | u128::from(number)))
    });
    parsed.ok_or_else(|| {
        SharedTierError::new("the server answered with an id that is not one of a stream")
    })
}

fn id(LogPosition(position): LogPosition) -> String {
    let number = position & u128::from(u64::MAX);
    format!("{}-{number}", position >> 64)
}
