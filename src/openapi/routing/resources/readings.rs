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
//! application's own `/users/me`. So behind an empty segment, no resource hides another one, and no method hides `ANY`. In
//! front of it, a resource hides others if it is the only one that the readings lead to.

mod segment;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use self::segment::Segment;
use super::{Node, Resource, Resources};
use crate::request::path::AmbiguousPaths;

/// How a path leads to a resource.
pub(in super::super) struct Reading<'a> {
    /// The segments before `rest` that were kept.
    taken: &'a [&'a str],
    /// The part of the path that a greedy parameter matches. `None`: the way ends without one.
    rest: Option<&'a str>,
    /// Whether routers of one application may read the path in different ways, because a segment is empty.
    pub(in super::super) routers_may_differ: bool,
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
                Some((_, others)) if has_empty_end => {
                    kept.dropping_before(others.len()).run(self);
                    let trimmed = Search::<_, K>::new(path, others, &mut visit);
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

/// The segments from an index on, at a node.
type Place = (*const Node, usize);

/// The results of [`Search::node`] so far. If segments can be dropped, several ways lead to a place.
///
/// A result may be remembered because it does not depend on what was visited before: behind the first segment that can be
/// dropped, no resource hides another one.
trait Known: Default {
    fn get(&self, place: Place) -> Option<bool>;

    fn remember(&mut self, place: Place, is_taken: bool);
}

impl Known for HashMap<Place, bool> {
    fn get(&self, place: Place) -> Option<bool> {
        self.get(&place).copied()
    }

    fn remember(&mut self, place: Place, is_taken: bool) {
        self.insert(place, is_taken);
    }
}

struct Search<'s, 'p, V, K> {
    path: &'p str,
    segments: &'s [Segment<'p>],
    /// Empty segments before this index may be dropped.
    droppable: usize,
    /// The index of the first of them.
    first_dropped: Option<usize>,
    /// The resource that was visited first.
    first_visited: Option<*const Resource>,
    /// Whether another one was visited, too.
    has_visited_several: bool,
    taken: Vec<&'p str>,
    known: K,
    visit: V,
}

impl<'s, 'p, V: FnMut(&Resource, &Reading<'_>) -> bool, K: Known> Search<'s, 'p, V, K> {
    fn new(path: &'p str, segments: &'s [Segment<'p>], visit: V) -> Self {
        Self {
            path,
            segments,
            droppable: 0,
            first_dropped: None,
            first_visited: None,
            has_visited_several: false,
            taken: Vec::new(),
            known: K::default(),
            visit,
        }
    }

    fn dropping_before(self, droppable: usize) -> Self {
        let mut before = self.segments.iter().take(droppable);
        Self {
            droppable,
            first_dropped: before.position(Segment::may_be_empty),
            ..self
        }
    }

    /// Whether a resource that has the segment at this index hides less specific ones.
    fn hides(&self, at: usize) -> bool {
        self.first_dropped
            .is_none_or(|first| at < first && !self.has_visited_several)
    }

    fn run(mut self, resources: &Resources) {
        if !self.node(&resources.root, 0) {
            self.visit(resources.default_route.as_ref(), None);
        }
    }

    /// Whether every router uses a resource at this node or below for the segments from `at` on.
    ///
    /// Droppable segments are processed backwards, so that the recursion is only as deep as the tree.
    fn node(&mut self, node: &Node, at: usize) -> bool {
        let place = |at| (std::ptr::from_ref(node), at);
        let is_droppable = |search: &Self, at| {
            let segment = search.segments.get(at);
            at < search.droppable && segment.is_some_and(Segment::may_be_empty)
        };
        let mut end = at;
        while is_droppable(self, end) && self.known.get(place(end)).is_none() {
            end += 1;
        }
        let known = self.known.get(place(end));
        let mut is_taken = known.unwrap_or_else(|| self.kept(node, end));
        for at in (at..end).rev() {
            is_taken &= self.kept(node, at);
            self.known.remember(place(at), is_taken);
        }
        is_taken
    }

    /// The same if the next segment is kept.
    fn kept(&mut self, node: &Node, at: usize) -> bool {
        let segments = self.segments;
        match segments.get(at) {
            None => self.end(node),
            Some(segment) if segment.is_empty() => self.empty_segment(node, segment, at),
            Some(segment) if segment.may_be_empty() => {
                self.segment(node, segment, at);
                // Some routers drop the rest of the path, too.
                self.end(node);
                self.visit(node.greedy.as_ref(), self.path.get(segment.start..));
                false
            }
            Some(segment) => self.segment(node, segment, at),
        }
    }

    fn end(&mut self, node: &Node) -> bool {
        let is_taken = self.visit(node.here.as_ref(), None);
        if !is_taken || self.first_dropped.is_some() {
            // Not every router has a greedy parameter that matches nothing.
            self.visit(node.greedy.as_ref(), Some(""));
        }
        is_taken
    }

    fn segment(&mut self, node: &Node, segment: &Segment<'p>, at: usize) -> bool {
        let exact = node.exact.get(segment.received);
        let is_taken = exact.is_some_and(|next| self.below(next, segment, at));
        for other in &segment.others {
            if let Some(next) = node.exact.get(other) {
                // Not every router reads the segment in this way.
                self.below(next, segment, at);
            }
        }
        if segment.ignores_case() {
            for (exact, next) in &node.exact {
                if segment.is_in_another_case(exact) {
                    self.below(next, segment, at);
                }
            }
        }
        let mut is_taken = is_taken && segment.others.is_empty();
        if is_taken && self.hides(at) {
            return true;
        }
        if let Some((_, next)) = &node.variable {
            is_taken |= self.below(next, segment, at);
            if is_taken && self.hides(at) {
                return true;
            }
        }
        is_taken | self.visit(node.greedy.as_ref(), self.path.get(segment.start..))
    }

    fn empty_segment(&mut self, node: &Node, segment: &Segment<'p>, at: usize) -> bool {
        if let Some((_, next)) = &node.variable {
            // Not every router accepts empty values.
            self.below(next, segment, at);
        }
        let is_taken = self.visit(node.greedy.as_ref(), self.path.get(segment.start..));
        let is_last = at + 1 == self.segments.len();
        is_taken && !is_last
    }

    fn below(&mut self, next: &Node, segment: &Segment<'p>, at: usize) -> bool {
        self.taken.push(segment.received);
        let mut is_taken = self.node(next, at + 1);
        if segment.has_parameters {
            // Some routers drop the rest of the path.
            is_taken &= self.end(next);
        }
        self.taken.pop();
        is_taken
    }

    fn visit(&mut self, resource: Option<&Resource>, rest: Option<&str>) -> bool {
        let Some(resource) = resource else {
            return false;
        };
        let first = *self.first_visited.get_or_insert(resource);
        self.has_visited_several |= !std::ptr::eq(first, resource);
        let reading = Reading {
            taken: &self.taken,
            rest,
            routers_may_differ: self.first_dropped.is_some(),
        };
        (self.visit)(resource, &reading)
    }
}
