//! The log of revocations that a layer needs, from its first call on.

use std::sync::{Arc, OnceLock};

use super::{
    key::Scope,
    shared::{SharedCache, revocations::Followed},
};

/// Clones share the log. It is followed until the last of them is gone.
#[derive(Debug, Clone, Default)]
pub(super) struct FollowedLog(Arc<OnceLock<Arc<Followed>>>);

impl FollowedLog {
    /// `None` if the shared tier has no revocations.
    pub(super) fn of(&self, shared: &SharedCache, scope: &Scope) -> Option<&Arc<Followed>> {
        match self.0.get() {
            Some(followed) => Some(followed),
            None => {
                let followed = shared.followed(scope)?;
                Some(self.0.get_or_init(|| followed))
            }
        }
    }
}
