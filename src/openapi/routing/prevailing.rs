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
        /// Whether the path has the first one only in another case.
        first_in_another_case: bool,
        /// Whether a reading leads to another resource with this authorizer. If the path has both only in another case, the
        /// more specific one counts.
        has_other_resource: bool,
        /// Whether a reading leads to its resource only if case is ignored. Nobody writes paths like this by habit, as with a
        /// slash at the end.
        in_another_case: bool,
    },
    Several,
}

impl Prevailing {
    pub(super) fn one(first: Guarded) -> Self {
        Self::One {
            first,
            first_in_another_case: false,
            has_other_resource: false,
            in_another_case: false,
        }
    }

    pub(super) fn add(
        &mut self,
        route: &Route,
        path: impl FnOnce() -> String,
        spelling: Spelling,
        in_another_case: bool,
    ) {
        match (&mut *self, route.guard) {
            (Self::Open, Some(guard)) => {
                let matched = route.matched(&path(), spelling);
                *self = Self::One {
                    first: Guarded { guard, matched },
                    first_in_another_case: in_another_case,
                    has_other_resource: false,
                    in_another_case,
                };
            }
            (Self::One { first, .. }, Some(guard)) if first.guard != guard => *self = Self::Several,
            (
                Self::One {
                    first,
                    first_in_another_case,
                    has_other_resource,
                    in_another_case: known,
                },
                Some(_),
            ) => {
                *known |= in_another_case;
                let is_other = first.matched.resource() != Some(route.path.resource());
                *has_other_resource |= is_other && !(*first_in_another_case && in_another_case);
            }
            _ => {}
        }
    }
}
