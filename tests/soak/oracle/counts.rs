//! The figures of a soak test.

use std::ops::AddAssign;

/// What was checked, and what was found.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) passes: u64,
    pub(crate) refusals: u64,
    pub(crate) left: u64,
    pub(crate) wrong: u64,
    pub(crate) hangs: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.passes += other.passes;
        self.refusals += other.refusals;
        self.left += other.left;
        self.wrong += other.wrong;
        self.hangs += other.hangs;
    }
}
