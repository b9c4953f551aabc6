//! The shared tier of a crate that is built without one: there is none, and nothing is compiled for it.

use std::time::{Duration, SystemTime};

use super::{
    cached::{Answer, Loaded, Stored},
    key::Scope,
    shared_tier_error::SharedTierError,
};

#[derive(Debug, Clone)]
pub(crate) enum SharedCache {}

impl SharedCache {
    pub(crate) fn distinction(&self) -> String {
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
