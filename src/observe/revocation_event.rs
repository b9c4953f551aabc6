//! An event of the revocations that processes share, as observers receive it.

use std::fmt;

use super::of_layer::of_layer;
use crate::{names::names, pipeline::settings::Settings};

/// Something has happened to a log of [revocations](crate::caching#revocations).
pub struct RevocationEvent<'e> {
    settings: &'e Settings,
    kind: RevocationEventKind,
}

/// What has happened to a log of revocations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationEventKind {
    /// This process has published a revocation.
    Published(RevocationKind),
    /// This process has read a revocation in the log. A process also reads its own revocations, so each process hears
    /// of all revocations of all processes. Revocations from before it joined are not reported.
    Heard(RevocationKind),
    /// The log could not be read.
    ReadFailed,
    /// The log was read, and vouches for the results in memory until the bound has passed.
    LeaseAcquired,
    /// The log was not read for as long as the bound. Results in memory are not used until it is.
    LeaseLost,
    /// Results in this process or in the store are no longer used.
    Forgotten(ForgottenReason),
}

/// What was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationKind {
    /// The result of one identity.
    Identity,
    /// The results of a principal.
    Principal,
    /// The results with a tag.
    Tag,
    /// All results of the authorizer.
    Everything,
}

/// Why results are not used although nobody has revoked them. Each reason costs calls to the authorizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForgottenReason {
    /// An entry that this process or another one has read or appended is not in the log, or another one is there: somebody
    /// has deleted it or the log, the server was restarted without its data, or a failover has lost entries.
    LogLost,
    /// Another process has begun another log in the place of this one: it has found that entries are missing, or both
    /// processes have begun a log at the same time.
    LogReplaced,
    /// An entry was not written with the secret: somebody else writes to the store, or a process has another version.
    UnreadableEntry,
    /// The writer of an entry had not read this log, or only entries from long ago: a process has revoked something while it
    /// could not read, two have begun a log at the same time, or somebody has copied an entry.
    StaleEntry,
    /// There were more new entries than a process reads at once.
    TooManyEntries,
    /// There were more revocations than a process keeps. Only results from before the oldest of them are forgotten.
    TableFull,
}

of_layer!(RevocationEvent);

impl<'e> RevocationEvent<'e> {
    #[cfg(feature = "shared-cache")]
    pub(crate) fn new(settings: &'e Settings, kind: RevocationEventKind) -> Self {
        Self { settings, kind }
    }

    /// What has happened.
    #[must_use]
    pub fn kind(&self) -> RevocationEventKind {
        self.kind
    }
}

impl fmt::Debug for RevocationEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationEvent")
            .field("authorizer_name", &self.authorizer_name())
            .field("kind", &self.kind)
            .finish()
    }
}

names! {
    /// The name for labels and logs: `identity`, `principal`, `tag` or `everything`.
    RevocationKind {
        Identity "identity",
        Principal "principal",
        Tag "tag",
        Everything "everything",
    }
}

names! {
    /// The name for labels and logs: `log_lost`, `log_replaced`, `unreadable_entry`, `stale_entry`, `too_many_entries` or
    /// `table_full`.
    ForgottenReason {
        LogLost "log_lost",
        LogReplaced "log_replaced",
        UnreadableEntry "unreadable_entry",
        StaleEntry "stale_entry",
        TooManyEntries "too_many_entries",
        TableFull "table_full",
    }
}
