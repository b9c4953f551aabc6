//! A limit for attempts that usually succeed.

/// What the attempts of one match may cost before other algorithms take over. The search for a piece earns what it
/// costs by advancing in the text. So the time of all attempts together is linear in the text.
#[derive(Debug)]
pub(super) struct Patience {
    left: usize,
}

/// The cost that a match may have without advancing, in compared characters.
const AT_FIRST: usize = 256;

/// The cost of starting a search, in compared characters.
const START: usize = 16;

impl Patience {
    pub(super) fn new() -> Self {
        Self { left: AT_FIRST }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.left == 0
    }

    /// An attempt failed after it had advanced by some characters and compared others.
    pub(super) fn failed(&mut self, advanced: usize, compared: usize) {
        self.left = (self.left + advanced).saturating_sub(compared + START);
    }
}
