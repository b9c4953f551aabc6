//! The authorizer of a request that can be read in several ways.

use super::{paths::Spelling, resources::Reading, route::Route};
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
        /// Whether a reading leads to another resource with this authorizer.
        other: OtherResource,
        /// Whether a reading leads to its resource only if case is ignored. Nobody writes paths like this by habit, as with a
        /// slash at the end.
        in_another_case: bool,
    },
    Several,
}

/// The later ones prevail.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OtherResource {
    None,
    /// The path has both only in another case, and a more specific one hides this one, except from nested routers.
    Hidden,
    Visible,
}

impl Prevailing {
    pub(super) fn one(first: Guarded) -> Self {
        Self::One {
            first,
            first_in_another_case: false,
            other: OtherResource::None,
            in_another_case: false,
        }
    }

    pub(super) fn add(
        &mut self,
        route: &Route,
        reading: &Reading<'_>,
        spelling: Spelling,
        in_another_case: bool,
    ) {
        match (&mut *self, route.guard) {
            (Self::Open, Some(guard)) => {
                let matched = route.matched(&reading.path(), spelling);
                *self = Self::One {
                    first: Guarded { guard, matched },
                    first_in_another_case: in_another_case,
                    other: OtherResource::None,
                    in_another_case,
                };
            }
            (Self::One { first, .. }, Some(guard)) if first.guard != guard => *self = Self::Several,
            (
                Self::One {
                    first,
                    first_in_another_case,
                    other,
                    in_another_case: known,
                },
                Some(_),
            ) => {
                *known |= in_another_case;
                if first.matched.resource() != Some(route.path.resource()) {
                    let both_in_another_case = *first_in_another_case && in_another_case;
                    let found = if both_in_another_case && reading.is_hidden {
                        OtherResource::Hidden
                    } else {
                        OtherResource::Visible
                    };
                    *other = found.max(*other);
                }
            }
            _ => {}
        }
    }
}
