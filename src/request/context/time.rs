//! When a request came, as `$context` and events write it.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// The common log format in UTC: `01/Dec/2021:18:42:35 +0000`. None far outside of our era.
pub(crate) fn request_time(time: SystemTime) -> Option<String> {
    let timestamp = Timestamp::try_from(time).ok()?;
    Some(timestamp.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string())
}

/// Milliseconds since 1970.
pub(crate) fn request_time_epoch(time: SystemTime) -> Option<u64> {
    let since_epoch = time.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since_epoch.as_millis()).ok()
}
