//! What a test's harness learns of a request on its way: a place for it to look over the shoulder, and nothing at all
//! where the feature `testing` is off.

use http::request::Parts;

use crate::{authorizer_context::AuthorizerContext, decision::Denial};

/// The one who looks, if the request was sent by a harness.
#[derive(Clone)]
pub(crate) struct Witness {
    #[cfg(feature = "testing")]
    trail: Option<crate::testing::Trail>,
}

#[cfg(feature = "testing")]
impl Witness {
    pub(crate) fn of(parts: &Parts) -> Self {
        Self {
            trail: parts.extensions.get().cloned(),
        }
    }

    /// Out of a request that goes no further: a denial keeps it, and the witness the denial.
    pub(crate) fn taken_from(parts: &mut Parts) -> Self {
        Self {
            trail: parts.extensions.remove(),
        }
    }

    /// The authorizer is asked now.
    pub(crate) fn asked(&self) {
        self.trail.iter().for_each(crate::testing::Trail::asked);
    }

    /// The service inside is called next.
    pub(crate) fn passed(&self, caller: &AuthorizerContext) {
        let trail = self.trail.iter();
        trail.for_each(|trail| trail.passed(caller));
    }

    pub(crate) fn refused(&self, denial: &Denial) {
        let trail = self.trail.iter();
        trail.for_each(|trail| trail.refused(denial));
    }
}

#[cfg(not(feature = "testing"))]
impl Witness {
    pub(crate) fn of(_: &Parts) -> Self {
        Self {}
    }

    pub(crate) fn taken_from(_: &mut Parts) -> Self {
        Self {}
    }

    pub(crate) fn asked(&self) {}

    pub(crate) fn passed(&self, _: &AuthorizerContext) {}

    pub(crate) fn refused(&self, _: &Denial) {}
}
