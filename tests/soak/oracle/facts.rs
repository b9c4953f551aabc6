//! What the oracle knows about an authorizer, and how its layer caches results.

use crate::scene::Millis;

#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) name: &'static str,
    /// Zero disables the cache.
    pub(crate) ttl: Millis,
    pub(crate) stale_while_refreshing: Millis,
    pub(crate) stale_on_failure: Millis,
    pub(crate) unauthorized_ttl: Millis,
    /// Calls wait for a permit, so a call may time out before the authorizer is called.
    pub(crate) takes_turns: bool,
    /// There is a shared store. The older answer is removed from it before a refusal is returned.
    pub(crate) shares: bool,
    /// The authorizer returns simple responses.
    pub(crate) simple: bool,
    /// An HTTP API's method ARN contains the decoded path.
    pub(crate) decodes_path: bool,
}

impl Facts {
    pub(crate) fn new(name: &'static str, ttl: Millis) -> Self {
        Self {
            name,
            ttl,
            stale_while_refreshing: 0,
            stale_on_failure: 0,
            unauthorized_ttl: 0,
            takes_turns: false,
            shares: false,
            simple: false,
            decodes_path: false,
        }
    }
}
