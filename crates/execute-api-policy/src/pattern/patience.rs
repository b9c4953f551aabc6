//! A limit for attempts that usually succeed.

use std::cell::Cell;

/// How much the failed attempts of all patterns on one text may cost before another algorithm takes over. A search that
/// advances in the text earns its cost back, but all patterns together earn no more than the length of the text. So all
/// attempts together take time linear in the text.
#[derive(Debug)]
pub(super) struct Patience {
    left: Cell<usize>,
    can_be_earned: Cell<usize>,
}

/// The cost that the attempts may have without advancing, in compared characters.
const AT_FIRST: usize = 256;

/// The cost of starting a search, in compared characters.
const START: usize = 16;

impl Patience {
    pub(super) fn new(text: usize) -> Self {
        Self {
            left: Cell::new(AT_FIRST),
            can_be_earned: Cell::new(text),
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.left.get() == 0
    }

    /// An attempt failed after it had advanced by some characters and compared others.
    pub(super) fn failed(&self, advanced: usize, compared: usize) {
        let earned = advanced.min(self.can_be_earned.get());
        self.can_be_earned.set(self.can_be_earned.get() - earned);
        let left = self.left.get() + earned;
        self.left.set(left.saturating_sub(compared + START));
    }
}
