//! A page of the log, and what a process learns from it.

use super::log::LogEntry;

/// What was read of the log.
pub(super) enum Page {
    /// All entries from the one that was seen last, or from the first one.
    Whole(Vec<LogEntry>),
    /// There were too many, so only the last one was read.
    Skipped(Option<LogEntry>),
}

impl Page {
    /// The entry that was seen last is not in the log any more.
    pub(super) fn lacks(&self, seen: Option<&LogEntry>) -> bool {
        match self {
            Self::Whole(entries) => seen.is_some() && entries.first() != seen,
            Self::Skipped(last) => last.is_none(),
        }
    }
}

/// What a process learned from a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Learned {
    /// The number of messages that are not intact.
    pub(super) unreadable: usize,
    /// The number of messages whose writer had not read this log, or long ago.
    pub(super) stale: usize,
    /// The entry that was seen last is not in the log. The log has to be read from its beginning.
    pub(super) is_lost: bool,
}

impl Learned {
    pub(super) const LOST: Self = Self {
        unreadable: 0,
        stale: 0,
        is_lost: true,
    };
}
