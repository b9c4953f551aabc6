//! The groups of results that were revoked: the last of them, up to a limit.

use std::collections::{HashMap, VecDeque};

use super::log::LogPosition;
use crate::cache::shared::secret::Group;

/// This many revocations are kept.
const MAX_REVOKED: usize = if cfg!(shuttle) { 2 } else { 100_000 };

#[derive(Debug, Default)]
pub(super) struct RevokedGroups {
    /// Where each group was revoked last.
    positions: HashMap<Group, LogPosition>,
    /// The revocations in the order in which they were read.
    order: VecDeque<(Group, LogPosition)>,
    dropped: u64,
}

impl RevokedGroups {
    /// Whether one of these groups was revoked after this position.
    pub(super) fn has_later(&self, groups: &[Group], position: LogPosition) -> bool {
        let is_later = |group| {
            let revoked = self.positions.get(group);
            revoked.is_some_and(|revoked| *revoked > position)
        };
        groups.iter().any(is_later)
    }

    /// Adds a revocation. Returns the position of the one that is dropped to make room for it.
    pub(super) fn add(&mut self, group: Group, position: LogPosition) -> Option<LogPosition> {
        let known = self.positions.entry(group).or_default();
        if *known >= position {
            return None;
        }
        *known = position;
        self.order.push_back((group, position));
        if self.order.len() <= MAX_REVOKED {
            return None;
        }
        let (group, position) = self.order.pop_front()?;
        self.dropped += 1;
        if self.positions.get(&group) == Some(&position) {
            self.positions.remove(&group);
        }
        Some(position)
    }

    /// Forgets all groups.
    pub(super) fn clear(&mut self) {
        self.positions.clear();
        self.order.clear();
    }

    /// The number of revocations that were dropped to make room for others.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}
