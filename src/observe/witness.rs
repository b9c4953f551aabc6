//! Reports the steps of a request to the harness of a test.

use http::request::Parts;

use crate::{authorizer::AuthorizerContext, clock::Clock, explanation::Denial, testing::Trail};

/// Records the steps of a request, if a harness sent it.
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

    /// Removes the record from a refused request. The denial keeps the request and the record keeps the denial, which
    /// would be a reference cycle.
    pub(crate) fn taken_from(parts: &mut Parts) -> Self {
        Self {
            trail: parts.extensions.remove(),
        }
    }

    /// The authorizer is invoked for this request.
    pub(crate) fn asked(&self) {
        self.trail.iter().for_each(Trail::asked);
    }

    /// A cached result is used, whose age this clock tells.
    pub(crate) fn hit(&self, clock: &Clock) {
        self.trail.iter().for_each(|trail| trail.clock_was(clock));
    }

    /// The request is let through to the service.
    pub(crate) fn passed(&self, caller: &AuthorizerContext) {
        self.trail.iter().for_each(|trail| trail.passed(caller));
    }

    pub(crate) fn refused(&self, denial: &Denial) {
        self.trail.iter().for_each(|trail| trail.refused(denial));
    }

    /// The request is let through by a layer in shadow, which would have refused it.
    pub(crate) fn shadowed(&self, denial: &Denial) {
        self.trail.iter().for_each(|trail| trail.shadowed(denial));
    }
}
