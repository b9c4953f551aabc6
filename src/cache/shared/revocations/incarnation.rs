//! The incarnation of a log: after a log was lost, another one has the same name.

/// The number of a log, greater than those of all logs before it. Zero means no log.
///
/// A process never goes back to a smaller number. So nobody who puts an earlier log back makes it use what was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Incarnation(pub(in crate::cache::shared) u128);

impl Incarnation {
    /// The upper half counts. The lower half is random, since two processes may begin a log at the same time.
    pub(super) fn after(Self(known): Self, random: u64) -> Self {
        let count = (known >> 64).saturating_add(1);
        Self(count << 64 | u128::from(random))
    }

    pub(in crate::cache::shared) fn is_known(self) -> bool {
        self != Self::default()
    }
}
