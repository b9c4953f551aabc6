//! How many values an identity has.

use crate::cache::invalidation_error::InvalidationError;

/// How many values an identity has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueCounts {
    /// One for each identity source.
    pub(crate) sources: usize,
    /// Those that a client does not send, if anonymous requests have results, too.
    pub(crate) anonymous: Option<usize>,
}

impl ValueCounts {
    pub(super) fn check(self, given: usize) -> Result<(), InvalidationError> {
        let Self { sources, anonymous } = self;
        if given == sources || Some(given) == anonymous {
            return Ok(());
        }
        Err(InvalidationError::IdentityValues { sources, given })
    }
}
