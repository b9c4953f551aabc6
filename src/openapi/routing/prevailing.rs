//! The authorizer of a request that can be read in several ways.

use super::{paths::Spelling, route::Route};
use crate::request::resource::ResourceMatch;

/// A guarded operation, with the parameters of the request.
pub(super) struct Guarded {
    pub(super) guard: usize,
    pub(super) matched: ResourceMatch,
}

/// The authorizer that prevails over the readings so far.
pub(super) enum Prevailing {
    /// The operations so far are open.
    Open,
    One {
        first: Guarded,
        /// Whether a reading leads to another resource with this authorizer.
        has_other_resource: bool,
    },
    Several,
}

impl Prevailing {
    pub(super) fn one(first: Guarded) -> Self {
        Self::One {
            first,
            has_other_resource: false,
        }
    }

    pub(super) fn add(&mut self, route: &Route, path: impl FnOnce() -> String, spelling: Spelling) {
        match (&mut *self, route.guard) {
            (Self::Open, Some(guard)) => {
                let matched = route.matched(&path(), spelling);
                *self = Self::one(Guarded { guard, matched });
            }
            (Self::One { first, .. }, Some(guard)) if first.guard != guard => *self = Self::Several,
            (
                Self::One {
                    first,
                    has_other_resource,
                },
                Some(_),
            ) => {
                *has_other_resource |= first.matched.resource() != Some(route.path.resource());
            }
            _ => {}
        }
    }
}
