//! Finds all resources that a router behind the layer may find for a path.
//!
//! Routers agree about segments that are not empty, and about the order exact, parameter, greedy. They differ in how
//! they treat an empty segment, and a path that ends where a greedy parameter begins:
//!
//! - They drop an empty segment (by merging or trimming slashes, some or all), or keep it.
//! - A kept empty segment is the value of a `{name}`, or matches nothing.
//! - A `{name+}` matches nothing at all, or needs a slash before it, or needs at least one character.
//! - They compare a segment as received, or decoded. They ignore the case of letters, if the layer is told so.
//! - They keep a `;` and what follows it, or drop it: in each segment, or to the end of the path. A segment that begins
//!   with it becomes empty.
//!
//! The search follows all of these ways. A resource hides less specific ones only if every router finds it. Nested routers of
//! one application may differ: with Express 4, `/users//me` is `/:id` in a router that is mounted at `/users`, but not the
//! application's own `/users/me`. If that router ignores case and the application does not, the same holds for `/USERS/me`.
//! So after an empty segment, or one that only some routers read as the tree has it, no resource hides another one, and no
//! method hides `ANY`. In front of it, a resource hides others if it is the only one that the readings lead to.

mod search;
mod segment;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use self::{
    search::{Known, Search},
    segment::Segment,
};
use super::{Node, Resource, Resources};
use crate::request::path::AmbiguousPaths;

/// How a path leads to a resource.
pub(in super::super) struct Reading<'a> {
    /// The segments before `rest` that were kept.
    taken: &'a [&'a str],
    /// The part of the path that a greedy parameter matches. `None`: the way ends without one.
    rest: Option<&'a str>,
    /// Whether routers of one application may read the path in different ways: a segment is empty, or not every router reads
    /// it like this.
    pub(in super::super) routers_may_differ: bool,
    /// Whether each router that reads the path like this has a more specific resource. So only a nested router may use this one.
    pub(in super::super) is_hidden: bool,
}

impl Reading<'_> {
    /// The path without the dropped segments.
    pub(in super::super) fn path(&self) -> String {
        let segments = self.taken.iter().copied().chain(self.rest);
        segments.flat_map(|segment| ["/", segment]).collect()
    }
}

impl Resources {
    /// Visits the resources that a path may lead to, in the order of precedence within each reading. `visit` returns
    /// whether every router that finds the resource uses it for the request. Otherwise less specific resources count as
    /// well.
    ///
    /// The time is linear in the length of the path. The factor depends only on the resources, and if case is ignored, on
    /// their number.
    pub(in super::super) fn readings(
        &self,
        path: &str,
        ambiguous_paths: AmbiguousPaths,
        visit: impl FnMut(&Resource, &Reading<'_>) -> bool,
    ) {
        self.readings_remembering::<HashMap<_, _>>(path, ambiguous_paths, visit);
    }

    /// What the search remembers makes it fast, and changes nothing else.
    fn readings_remembering<K: Known>(
        &self,
        path: &str,
        ambiguous_paths: AmbiguousPaths,
        mut visit: impl FnMut(&Resource, &Reading<'_>) -> bool,
    ) {
        let Some(path) = path.strip_prefix('/') else {
            return;
        };
        let segments = self.segments(path, ambiguous_paths);
        let has_empty_end = segments.last().is_some_and(Segment::may_be_empty);
        let kept = Search::<_, K>::new(path, &segments, &mut visit);
        match ambiguous_paths {
            AmbiguousPaths::AsReceived => kept.run(self),
            // A slash at the end is common, so the two cases are searched separately: with it and without.
            AmbiguousPaths::Refuse | AmbiguousPaths::IgnoreCase => match segments.split_last() {
                Some((last, others)) if has_empty_end => {
                    kept.dropping_before(others.len()).run(self);
                    let trimmed = Search::<_, K>::new(path, others, &mut visit);
                    let trimmed = trimmed.read_by_some(!last.is_empty());
                    trimmed.dropping_before(others.len()).run(self);
                }
                _ => kept.dropping_before(segments.len()).run(self),
            },
        }
    }

    /// The segments that can make a difference. No resource has more than `depth` segments. So further empty segments
    /// in a row do not matter, and neither does anything after `depth + 1` segments that are not empty.
    fn segments<'p>(&self, path: &'p str, ambiguous_paths: AmbiguousPaths) -> Vec<Segment<'p>> {
        let mut segments = Vec::new();
        let (mut start, mut not_empty, mut empty_in_a_row) = (0, 0, 0);
        let parts = path.split('/').filter(|_| !path.is_empty());
        for received in parts {
            let segment = Segment::new(received, start, ambiguous_paths);
            if segment.may_be_empty() {
                empty_in_a_row += 1;
            } else {
                (not_empty, empty_in_a_row) = (not_empty + 1, 0);
            }
            if empty_in_a_row <= self.depth {
                segments.push(segment);
            }
            if not_empty > self.depth {
                break;
            }
            start += received.len() + 1;
        }
        segments
    }
}
