//! What a test's harness learns of a request on its way.

use http::request::Parts;

use crate::{authorizer::AuthorizerContext, explanation::Denial, testing::Trail};

/// The one who looks, if the request was sent by a harness.
#[derive(Clone)]
pub(crate) struct Witness {
    trail: Option<Trail>,
}

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
        self.trail.iter().for_each(Trail::asked);
    }

    /// The service inside is called next.
    pub(crate) fn passed(&self, caller: &AuthorizerContext) {
        self.trail.iter().for_each(|trail| trail.passed(caller));
    }

    pub(crate) fn refused(&self, denial: &Denial) {
        self.trail.iter().for_each(|trail| trail.refused(denial));
    }
}
