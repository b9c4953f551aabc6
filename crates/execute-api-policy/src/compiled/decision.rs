//! The decision so far, while the statements are evaluated.

use crate::effect::Effect;

/// For each effect, the number of the first statement known to apply.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decision {
    deny: u32,
    allow: u32,
}

/// Stands for no statement. No policy has so many statements that one has this number.
const NONE: u32 = u32::MAX;

impl Default for Decision {
    fn default() -> Self {
        Self {
            deny: NONE,
            allow: NONE,
        }
    }
}

impl Decision {
    pub(super) fn deny(&self) -> Option<u32> {
        (self.deny != NONE).then_some(self.deny)
    }

    pub(super) fn allow(&self) -> Option<u32> {
        (self.allow != NONE).then_some(self.allow)
    }

    pub(super) fn is_denied(&self) -> bool {
        self.deny != NONE || self.allow == NONE
    }

    pub(super) fn can_change_by(&self, number: u32, effect: Effect) -> bool {
        match effect {
            Effect::Deny => number < self.deny,
            Effect::Allow => self.deny == NONE && number < self.allow,
        }
    }

    /// Notes a statement that applies, if it can change the decision.
    pub(super) fn add(&mut self, number: u32, effect: Effect) {
        match effect {
            Effect::Deny => self.deny = self.deny.min(number),
            Effect::Allow => self.allow = self.allow.min(number),
        }
    }
}
