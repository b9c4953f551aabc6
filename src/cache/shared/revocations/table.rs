//! What a process knows of a log: which groups were revoked, and when. Pure: it reads no log and no clock.

use std::cmp::Ordering;

use super::{
    chain::{Chain, Compared, Read},
    incarnation::Incarnation,
    log::{LogEntry, LogPosition},
    message::{Message, Revoked},
    page::{Learned, Page},
    revoked_groups::RevokedGroups,
};
use crate::cache::shared::secret::Group;

/// How far the log was read when a call began. The default is that of a process that has not read any log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Epoch {
    /// The log. Zero if none was read.
    pub(crate) incarnation: Incarnation,
    pub(crate) position: LogPosition,
}

/// What decides whether a result was revoked: when its call began, and the groups that it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Vouched {
    pub(crate) epoch: Epoch,
    pub(crate) groups: Box<[Group]>,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    /// The last entry that was read. If it is not in the log any more, the log was lost.
    seen: Option<LogEntry>,
    /// The greatest that was read.
    incarnation: Incarnation,
    /// This incarnation was lost. It is not trusted again, since somebody may have put the log back to an earlier state.
    is_lost: bool,
    chain: Chain,
    /// Results of earlier calls are not used.
    floor: LogPosition,
    /// The last message that this process has appended.
    appended: LogPosition,
    revoked: RevokedGroups,
}

impl Table {
    /// Where to read from. The entry there was read before.
    pub(super) fn reads_from(&self) -> LogPosition {
        self.seen
            .as_ref()
            .map_or_else(LogPosition::default, |seen| seen.position)
    }

    /// The number of revocations that were dropped to make room for others.
    pub(super) fn dropped(&self) -> u64 {
        self.revoked.dropped()
    }

    /// The entry that was read last.
    pub(super) fn seen(&self) -> Option<&LogEntry> {
        self.seen.as_ref()
    }

    pub(super) fn epoch(&self) -> Epoch {
        Epoch {
            incarnation: self.incarnation(),
            position: self.reads_from(),
        }
    }

    /// Zero if the log has no message that can be trusted. It needs a message that begins another incarnation.
    pub(super) fn incarnation(&self) -> Incarnation {
        if self.is_lost {
            Incarnation::default()
        } else {
            self.incarnation
        }
    }

    /// A message that begins another log. Everything is revoked by it.
    pub(super) fn first_message(&self, random: u64) -> Message {
        Message {
            incarnation: Incarnation::after(self.incarnation, random),
            read: Read::default(),
            revoked: Revoked::Earlier,
        }
    }

    /// The next message of this process. `None` if it has not read the log.
    pub(super) fn next_message(&self, revoked: Revoked) -> Option<Message> {
        Some(Message {
            incarnation: Some(self.incarnation()).filter(|incarnation| incarnation.is_known())?,
            read: self.chain.read()?,
            revoked,
        })
    }

    /// Whether this process has read its own message, or a later log.
    pub(super) fn has_read(&self, message: &Message, position: LogPosition) -> bool {
        let is_later = self.incarnation() > message.incarnation;
        self.chain.has(position) || is_later && self.reads_from() >= position
    }

    /// The result was revoked, or may have been.
    pub(super) fn is_revoked(&self, vouched: &Vouched) -> bool {
        let Epoch {
            incarnation,
            position,
        } = vouched.epoch;
        incarnation != self.incarnation()
            || position < self.floor
            || position > self.reads_from() // The revocations up to there are not known yet.
            || self.revoked.has_later(&vouched.groups, position)
    }

    /// Learns what was read, and how many of the messages are not intact. `from` was the last entry when it was asked.
    pub(super) fn learn(
        &mut self,
        from: Option<&LogEntry>,
        page: Page,
        open: impl Fn(&[u8]) -> Option<Message>,
    ) -> Learned {
        let mut learned = Learned::default();
        if self.seen.is_none() && from.is_some() {
            return Learned::LOST; // Another read has noticed it.
        }
        if page.lacks(from) {
            return if self.seen.as_ref() == from {
                self.lose()
            } else {
                Learned::LOST // Another read has learned what is there now.
            };
        }
        let seen = self.seen.as_ref().map(|seen| seen.position);
        // Another read may have learned some of them meanwhile.
        let entries = self
            .entries(page)
            .into_iter()
            .filter(|entry| seen.is_none_or(|seen| entry.position > seen));
        for entry in entries {
            let message = open(&entry.message);
            match message.as_ref().map(|message| self.follow(message, &entry)) {
                None => {
                    learned.unreadable += 1;
                    self.distrust_before(entry.position);
                }
                Some(Compared::Different) => return self.lose(),
                Some(Compared::Unknown) => {
                    learned.stale += 1;
                    self.distrust_before(entry.position);
                }
                Some(Compared::Same) => {}
            }
            if let Some(message) = message {
                self.apply(&message, entry.position);
            }
            self.seen = Some(entry);
        }
        learned
    }

    /// Results from before this position are not used any more.
    fn distrust_before(&mut self, position: LogPosition) {
        self.floor = self.floor.max(position);
    }

    /// The entries of a page. The entries before them are not known if some were skipped, or if none was seen before.
    fn entries(&mut self, page: Page) -> Vec<LogEntry> {
        match page {
            Page::Skipped(last) => {
                self.chain = Chain::default();
                if let Some(last) = &last {
                    self.distrust_before(last.position);
                }
                last.into_iter().collect()
            }
            Page::Whole(entries) => {
                if let (None, Some(first)) = (&self.seen, entries.first()) {
                    self.distrust_before(first.position);
                }
                entries
            }
        }
    }

    /// Nothing that was known vouches for a result any more. The log is read from its beginning.
    fn lose(&mut self) -> Learned {
        *self = Self {
            incarnation: self.incarnation,
            is_lost: true,
            ..Self::default()
        };
        Learned::LOST
    }

    /// Whether this process and the writer have read the same entries.
    fn follow(&mut self, message: &Message, entry: &LogEntry) -> Compared {
        let begins = message.revoked == Revoked::Earlier;
        match message.incarnation.cmp(&self.incarnation) {
            Ordering::Greater if begins => self.chain.begin(entry),
            Ordering::Greater => self.chain.join(entry, message.read),
            // A log that was lost is not trusted anyway.
            Ordering::Equal | Ordering::Less if self.is_lost => {}
            Ordering::Equal if !begins => return self.chain.add(entry, message.read),
            // Its writer knows an earlier log, or it is a copy.
            Ordering::Equal | Ordering::Less => return Compared::Unknown,
        }
        Compared::Same
    }

    /// Applies a message that this process has appended, before it reads it.
    pub(super) fn apply_own(&mut self, message: &Message, position: LogPosition) -> Learned {
        if position <= message.read.position {
            // It does not come after what its writer had read, so this is another log.
            return self.lose();
        }
        self.appended = self.appended.max(position);
        self.apply(message, position);
        Learned::default()
    }

    /// The last message that this process has appended.
    pub(super) fn appended(&self) -> LogPosition {
        self.appended
    }

    /// Notices that the log has lost a message that was appended before the log was read. Otherwise no later call would
    /// count as later than that message.
    pub(super) fn lose_without(&mut self, appended: LogPosition) -> Learned {
        if self.reads_from() < appended {
            self.lose()
        } else {
            Learned::default() // Another read has found it.
        }
    }

    fn apply(&mut self, message: &Message, position: LogPosition) {
        match message.incarnation.cmp(&self.incarnation) {
            Ordering::Greater => {
                // Positions of another log mean nothing.
                self.incarnation = message.incarnation;
                self.is_lost = false;
                self.floor = position;
                self.revoked.clear();
            }
            Ordering::Equal => {}
            // Its writer knows an earlier log, or it is a copy.
            Ordering::Less => self.floor = self.floor.max(position),
        }
        match &message.revoked {
            Revoked::Earlier | Revoked::Everything => self.floor = self.floor.max(position),
            Revoked::Identity(groups) => groups
                .iter()
                .for_each(|group| self.revoke(*group, position)),
            Revoked::Principal(group) | Revoked::Tag(group) => self.revoke(*group, position),
        }
    }

    fn revoke(&mut self, group: Group, position: LogPosition) {
        if let Some(dropped) = self.revoked.add(group, position) {
            self.floor = self.floor.max(dropped);
        }
    }
}
