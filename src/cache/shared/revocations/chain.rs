//! Which entries a process has read, in one hash. Every message contains that of its writer, so a process that lacks an
//! entry notices it when it reads the next one: somebody has deleted the entry, or put others in its place.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::log::{LogEntry, LogPosition};

/// A writer is at most this many entries behind. Otherwise nobody can tell whether it has read the same.
const MAX_LINKS: usize = if cfg!(shuttle) { 3 } else { 1024 };

pub(super) const LINK_LENGTH: usize = 16;

/// The entries of a log up to this position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Read {
    pub(super) position: LogPosition,
    /// A hash of these entries.
    pub(super) link: [u8; LINK_LENGTH],
}

/// The last entries that a process has read, the latest last. Empty if it does not know what was before them.
#[derive(Debug, Default)]
pub(super) struct Chain(VecDeque<Read>);

/// Whether a process and the writer of a message have read the same entries.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Compared {
    Same,
    /// It cannot be told.
    Unknown,
    /// One of them lacks an entry.
    Different,
}

impl Chain {
    /// The entry begins a log.
    pub(super) fn begin(&mut self, entry: &LogEntry) {
        self.0 = VecDeque::from([Read::default().and(entry)]);
    }

    /// The entry is in the middle of a log. Its writer knows what was before it.
    pub(super) fn join(&mut self, entry: &LogEntry, writer: Read) {
        self.0 = VecDeque::from([writer, writer.and(entry)]);
    }

    /// What the next message of this process says.
    pub(super) fn read(&self) -> Option<Read> {
        self.0.back().copied()
    }

    /// Whether this entry was read lately.
    pub(super) fn has(&self, position: LogPosition) -> bool {
        self.at(position).is_some()
    }

    fn at(&self, position: LogPosition) -> Option<&Read> {
        let found = self.0.binary_search_by_key(&position, |read| read.position);
        self.0.get(found.ok()?)
    }

    /// Adds an entry whose writer had read this much.
    pub(super) fn add(&mut self, entry: &LogEntry, writer: Read) -> Compared {
        let (Some(first), Some(last)) = (self.0.front(), self.0.back()) else {
            self.join(entry, writer);
            return Compared::Unknown;
        };
        let compared = match self.at(writer.position) {
            Some(own) if *own == writer => Compared::Same,
            None if writer.position < first.position => Compared::Unknown,
            Some(_) | None => Compared::Different,
        };
        let longer = last.and(entry);
        self.0.push_back(longer);
        if self.0.len() > MAX_LINKS {
            self.0.pop_front();
        }
        compared
    }
}

impl Read {
    /// These entries and one more.
    fn and(&self, entry: &LogEntry) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.link);
        hash.update(entry.position.0.to_be_bytes());
        hash.update(&entry.message);
        let mut link = [0; LINK_LENGTH];
        link.iter_mut()
            .zip(hash.finalize())
            .for_each(|(byte, hash)| *byte = hash);
        Self {
            position: entry.position,
            link,
        }
    }
}
