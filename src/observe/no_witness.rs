//! Replaces the witness if the feature `testing` is off.

use http::request::Parts;

use crate::{authorizer::AuthorizerContext, clock::Clock, explanation::Denial};

#[derive(Clone)]
pub(crate) struct Witness;

impl Witness {
    pub(crate) fn of(_: &Parts) -> Self {
        Self
    }

    pub(crate) fn taken_from(_: &mut Parts) -> Self {
        Self
    }

    pub(crate) fn asked(&self) {}

    pub(crate) fn hit(&self, _: &Clock) {}

    pub(crate) fn passed(&self, _: &AuthorizerContext) {}

    pub(crate) fn refused(&self, _: &Denial) {}

    pub(crate) fn shadowed(&self, _: &Denial) {}
}
