//! What the oracle knows of an authorizer and how its layer keeps results.

use crate::scene::Millis;

#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) name: &'static str,
    /// Zero: nothing is kept.
    pub(crate) ttl: Millis,
    pub(crate) stale_while_refreshing: Millis,
    pub(crate) stale_on_failure: Millis,
    pub(crate) unauthorized_ttl: Millis,
    /// Calls wait for their turn, so that a time limit may pass without the authorizer having been called.
    pub(crate) takes_turns: bool,
    /// There is a shared store, from which the older answer is removed before a refusal is told.
    pub(crate) shares: bool,
    /// The answers are yes or no.
    pub(crate) simple: bool,
    /// An HTTP API's method ARN has the path decoded.
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
