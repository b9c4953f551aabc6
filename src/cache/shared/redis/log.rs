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
use redis::{Cmd, FromRedisValue, Value};

use super::{RedisTier, connection::Settings, failed, link::Link};
use crate::cache::shared::{Appended, LogEntry, LogPosition, RevocationLog, SharedTierError};

/// Entries are kept for two hours: longer than a result (one hour) and the call that made it. The last entry before that
/// time is kept, too, because results may have been stored after it.
const KEPT: Duration = Duration::from_secs(2 * 3600);

/// A log that nobody follows and to which nothing is appended is removed after a week.
const UNUSED: Duration = Duration::from_secs(7 * 24 * 3600);

/// The field of an entry.
const FIELD: &str = "m";

/// The connections of the logs that this process follows.
pub(super) type Followed = Mutex<HashMap<String, Arc<Link>>>;

/// The answer to XRANGE: for each entry its id and its fields.
type Entries = Vec<(String, Vec<Vec<u8>>)>;

impl RevocationLog for RedisTier {
    async fn append(&self, log: &str, message: Vec<u8>) -> Result<Appended, SharedTierError> {
        let mut add = redis::cmd("XADD");
        let id: String = self
            .ask(add.arg(log).arg("*").arg(FIELD).arg(message))
            .await?;
        let position = position(&id)?;
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
        let entries: Entries = self.follow(log, &range).await?;
        entries.into_iter().map(entry).collect()
    }

    async fn last(&self, log: &str) -> Result<Option<LogEntry>, SharedTierError> {
        let mut range = redis::cmd("XREVRANGE");
        range.arg(log).arg("+").arg("-").arg("COUNT").arg(1);
        let entries: Entries = self.follow(log, &range).await?;
        entries.into_iter().next().map(entry).transpose()
    }

    async fn wait(
        &self,
        log: &str,
        after: LogPosition,
        patience: Duration,
    ) -> Result<(), SharedTierError> {
        let milliseconds = u64::try_from(patience.as_millis()).map_err(SharedTierError::new)?;
        let mut read = redis::cmd("XREAD");
        // Zero would mean forever.
        read.arg("COUNT")
            .arg(1)
            .arg("BLOCK")
            .arg(milliseconds.max(1));
        read.arg("STREAMS").arg(log).arg(id(after));
        self.follow::<Value>(log, &read).await.map(drop)
    }
}

impl RedisTier {
    /// Sends a command on the log's own connection.
    async fn follow<T: FromRedisValue>(
        &self,
        log: &str,
        command: &Cmd,
    ) -> Result<T, SharedTierError> {
        let link = {
            let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
            let link = followed.entry(log.to_owned()).or_default();
            Arc::clone(link)
        };
        // The time limits of a follower are those of its caller.
        let settings = Settings {
            response_timeout: self.settings.response_timeout.saturating_mul(10),
            ..self.settings
        };
        let connect = || self.target.connect_listening(settings, log.to_owned());
        let mut connection = link.connection(connect).await.map_err(failed)?;
        let answer = connection.query(command).await;
        link.heard(answer.as_ref().err());
        answer.map_err(failed)
    }

    /// Tells the processes that listen. Returns their number, which a node of a cluster does not know.
    async fn wake(&self, log: &str) -> Option<u64> {
        match self.target.is_cluster() {
            true => None,
            false => self.ask(redis::cmd("PUBLISH").arg(log).arg("")).await.ok(),
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

fn entry((id, fields): (String, Vec<Vec<u8>>)) -> Result<LogEntry, SharedTierError> {
    Ok(LogEntry {
        position: position(&id)?,
        // An entry with other fields is not ours, and its message is not intact.
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
