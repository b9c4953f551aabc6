//! What a process knows of a log: which groups were revoked, and when. Pure: it reads no log and no clock.

use std::collections::{HashMap, VecDeque};

use super::{
    Group,
    log::{LogEntry, LogPosition},
    message::{Message, Revoked},
};

/// The table keeps so many revocations. Results that are older than the oldest of them are not used.
const MOST_REVOKED: usize = if cfg!(shuttle) { 2 } else { 100_000 };

/// How far the log was read when a call began. The default is that of a process that has not read any log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Epoch {
    /// The log's incarnation. Zero if no log was read.
    pub(crate) incarnation: u64,
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
    incarnation: u64,
    /// The incarnation that was known when the log was lost. It is not trusted again, since the log may have been put back
    /// to an earlier state.
    lost: Option<u64>,
    /// Results of earlier calls are not used.
    floor: LogPosition,
    /// The last message that this process has appended.
    appended: LogPosition,
    revoked: HashMap<Group, LogPosition>,
    /// The same in the order in which they were read.
    order: VecDeque<(Group, LogPosition)>,
}

/// What was read of the log.
pub(super) enum Page {
    /// All entries from the one that was seen last, or from the first one.
    Whole(Vec<LogEntry>),
    /// There were too many, so only the last one was read.
    Skipped(Option<LogEntry>),
}

/// What a process learned from a page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Learned {
    /// The number of messages that are not intact.
    pub(super) unreadable: usize,
    /// The entry that was seen last is not in the log. The log has to be read from its beginning.
    pub(super) is_lost: bool,
}

impl Table {
    /// Where to read from. The entry there was read before.
    pub(super) fn reads_from(&self) -> LogPosition {
        self.seen
            .as_ref()
            .map_or_else(LogPosition::default, |seen| seen.position)
    }

    /// Whether this is the entry that was read last.
    pub(super) fn has_seen(&self, entry: Option<&LogEntry>) -> bool {
        self.seen.is_some() && self.seen.as_ref() == entry
    }

    pub(super) fn epoch(&self) -> Epoch {
        Epoch {
            incarnation: self.incarnation(),
            position: self.reads_from(),
        }
    }

    /// Zero if the log has no message that can be trusted. It needs a message that begins another incarnation.
    pub(super) fn incarnation(&self) -> u64 {
        match self.lost == Some(self.incarnation) {
            true => 0,
            false => self.incarnation,
        }
    }

    /// The result was revoked, or may have been.
    pub(super) fn is_revoked(&self, vouched: &Vouched) -> bool {
        let Epoch {
            incarnation,
            position,
        } = vouched.epoch;
        let is_later = |group| {
            self.revoked
                .get(group)
                .is_some_and(|revoked| *revoked > position)
        };
        incarnation != self.incarnation()
            || position < self.floor
            || vouched.groups.iter().any(is_later)
    }

    /// Learns what was read, and how many of the messages are not intact.
    pub(super) fn learn(&mut self, page: Page, open: impl Fn(&[u8]) -> Option<Message>) -> Learned {
        let mut learned = Learned::default();
        let entries = match page {
            Page::Skipped(last) => {
                let Some(last) = last else {
                    return self.lost();
                };
                self.floor = self.floor.max(last.position);
                if open(&last.message).is_none() {
                    // Another incarnation may have begun among what was skipped.
                    self.incarnation = 0;
                }
                vec![last]
            }
            Page::Whole(entries) => match &self.seen {
                Some(seen) if entries.first() != Some(seen) => return self.lost(),
                Some(_) => entries.into_iter().skip(1).collect(),
                None => {
                    let first = entries.first().map(|first| first.position);
                    self.floor = self.floor.max(first.unwrap_or_default());
                    entries
                }
            },
        };
        for entry in entries {
            match open(&entry.message) {
                Some(message) => self.apply(&message, entry.position),
                None => {
                    learned.unreadable += 1;
                    self.floor = self.floor.max(entry.position);
                }
            }
            self.seen = Some(entry);
        }
        learned
    }

    /// What this process has appended.
    pub(super) fn appended(&self) -> LogPosition {
        self.appended
    }

    /// Whether a message is not in the log any more that was appended before the log was read. Otherwise no later call would
    /// count as later than that message.
    pub(super) fn lacks(&mut self, appended: LogPosition) -> bool {
        let is_lost = self.reads_from() < appended;
        if is_lost {
            self.lost();
        }
        is_lost
    }

    /// Nothing that was known vouches for a result any more. The log is read from its beginning.
    fn lost(&mut self) -> Learned {
        *self = Self {
            lost: Some(self.incarnation),
            ..Self::default()
        };
        Learned {
            is_lost: true,
            ..Learned::default()
        }
    }

    /// Applies a message that this process has appended, before it reads it. Whoever changed the incarnation meanwhile made
    /// all processes forget everything, and a message of the earlier one must not bring that back.
    ///
    /// A new message that is not behind what was read before shows that the log was lost, and began again.
    pub(super) fn apply_own(
        &mut self,
        message: &Message,
        position: LogPosition,
        read: LogPosition,
    ) {
        if position <= read {
            self.lost();
        } else if message.incarnation == self.incarnation() {
            self.appended = self.appended.max(position);
            self.apply(message, position);
        }
    }

    pub(super) fn apply(&mut self, message: &Message, position: LogPosition) {
        if message.incarnation != self.incarnation {
            // Positions of another log mean nothing.
            self.incarnation = message.incarnation;
            self.floor = position;
            self.revoked.clear();
            self.order.clear();
        }
        match &message.revoked {
            Revoked::Nothing => {}
            Revoked::Everything => self.floor = self.floor.max(position),
            Revoked::Groups(groups) => {
                groups
                    .iter()
                    .for_each(|group| self.revoke(*group, position));
            }
        }
    }

    fn revoke(&mut self, group: Group, position: LogPosition) {
        let known = self.revoked.entry(group).or_default();
        if *known >= position {
            return;
        }
        *known = position;
        self.order.push_back((group, position));
        if self.order.len() <= MOST_REVOKED {
            return;
        }
        if let Some((group, position)) = self.order.pop_front() {
            self.floor = self.floor.max(position);
            if self.revoked.get(&group) == Some(&position) {
                self.revoked.remove(&group);
            }
        }
    }
}
