//! Replaces the shared tier if the feature `shared-cache` is off. The type has no values, so its methods compile to
//! nothing.

use std::time::{Duration, Instant, SystemTime};

use super::{
    cached::{Answer, Loaded, Stored},
    key::Scope,
    shared_tier_error::SharedTierError,
};
use crate::breaker::{Paused, Permit};

#[derive(Debug, Clone)]
pub(crate) enum SharedCache {}

impl SharedCache {
    pub(crate) fn distinction(&self) -> String {
        match *self {}
    }

    pub(crate) fn is_paused(&self) -> bool {
        match *self {}
    }

    pub(crate) fn permit(&self, _: Instant) -> Result<Option<Permit<'_>>, Paused> {
        match *self {}
    }

    pub(crate) async fn load(&self, _: &Scope, _: &[u8], _: impl FnOnce() -> SystemTime) -> Loaded {
        match *self {}
    }

    pub(crate) async fn store(
        &self,
        _: &Scope,
        _: &[u8],
        _: &Answer,
        _: Duration,
        _: SystemTime,
    ) -> Stored {
        match *self {}
    }

    pub(crate) async fn remove(&self, _: &Scope, _: &[u8]) -> Result<(), SharedTierError> {
        match *self {}
    }

    pub(crate) async fn clear(&self, _: &Scope) -> Result<(), SharedTierError> {
        match *self {}
    }
}
