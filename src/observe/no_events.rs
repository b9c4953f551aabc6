//! Replaces the events if the feature `tracing` is off.

use http::{HeaderName, request::Parts};

#[cfg(feature = "shared-cache")]
use super::revocation_event::RevocationEventKind;
use crate::{
    breaker::Change,
    explanation::Denial,
    pipeline::{Asked, settings::Settings},
    request::resource::ResourceMatch,
};

pub(crate) fn allowed(
    _: &Settings,
    _: &Parts,
    _: Option<&ResourceMatch>,
    _: impl FnOnce() -> Asked,
) {
}

pub(crate) fn exempt() {}

pub(crate) fn anonymous() {}

#[cfg(feature = "openapi")]
pub(crate) fn open() {}

pub(crate) fn cancelled() {}

pub(crate) fn refused(_: &Denial) {}

pub(crate) fn shadowed(_: &Denial) {}

pub(crate) fn put_in_shadow() {}

pub(crate) fn shared_tier_breaker(_: &str, _: Change) {}

pub(crate) fn authorizer_breaker(_: Change) {}

#[cfg(feature = "shared-cache")]
pub(crate) fn revocation_event(_: RevocationEventKind) {}

#[cfg(feature = "reload")]
pub(crate) fn reloaded(_: &str) {}

pub(crate) fn header_left_out(_: &HeaderName) {}
