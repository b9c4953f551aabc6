//! The formats of a request's time in `$context` and in events.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// The common log format in UTC: `01/Dec/2021:18:42:35 +0000`. `None` if the calendar does not have the time.
pub(crate) fn request_time(time: SystemTime) -> Option<String> {
    let timestamp = Timestamp::try_from(time).ok()?;
    Some(timestamp.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string())
}

/// The milliseconds since 1970. `None` for earlier times.
pub(crate) fn request_time_epoch(time: SystemTime) -> Option<u64> {
    let since_epoch = time.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since_epoch.as_millis()).ok()
}
