//! The search for all resources that the readings of a path lead to.

use std::collections::HashMap;

use super::{Node, Reading, Resource, Resources, Segment};

/// The segments from an index on, at a node.
pub(super) type Place = (*const Node, usize);

/// The results of [`Search::search_node`] so far. If segments can be dropped, several ways lead to a place.
///
/// A result may be remembered because it does not depend on what was visited before: after the first segment that can be
/// dropped, no resource hides another one.
pub(super) trait Known: Default {
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

pub(super) struct Search<'s, 'p, V, K> {
    path: &'p str,
    segments: &'s [Segment<'p>],
    /// Empty segments before this index may be dropped.
    droppable: usize,
    /// The index of the first of them.
    first_dropped: Option<usize>,
    /// Whether only some routers read the segments so far as the tree has them.
    is_read_by_some: bool,
    /// Whether that was so on any way that was followed.
    was_read_by_some: bool,
    /// Whether each router that reads the segments so far like this has a more specific resource.
    is_hidden: bool,
    /// The resource that was visited first.
    first_visited: Option<*const Resource>,
    /// Whether another one was visited, too.
    has_visited_several: bool,
    taken: Vec<&'p str>,
    known: K,
    visit: V,
}

impl<'s, 'p, V: FnMut(&Resource, &Reading<'_>) -> bool, K: Known> Search<'s, 'p, V, K> {
    pub(super) fn new(path: &'p str, segments: &'s [Segment<'p>], visit: V) -> Self {
        Self {
            path,
            segments,
            droppable: 0,
            first_dropped: None,
            is_read_by_some: false,
            was_read_by_some: false,
            is_hidden: false,
            first_visited: None,
            has_visited_several: false,
            taken: Vec::new(),
            known: K::default(),
            visit,
        }
    }

    /// Whether only some routers have these segments.
    pub(super) fn read_by_some(self, is_read_by_some: bool) -> Self {
        Self {
            is_read_by_some,
            ..self
        }
    }

    pub(super) fn dropping_before(self, droppable: usize) -> Self {
        let mut before = self.segments.iter().take(droppable);
        Self {
            droppable,
            first_dropped: before.position(Segment::may_be_empty),
            ..self
        }
    }

    /// Whether routers of one application may differ about the way so far.
    fn do_routers_differ(&self) -> bool {
        self.is_read_by_some || self.first_dropped.is_some()
    }

    /// Whether a resource that has the segment at this index hides less specific ones.
    fn hides(&self, at: usize) -> bool {
        let did_routers_differ = self.was_read_by_some && self.has_visited_several;
        !self.is_read_by_some && !did_routers_differ && self.hides_in_one_router(at)
    }

    /// The same in each router that reads the segments so far like this.
    fn hides_in_one_router(&self, at: usize) -> bool {
        self.first_dropped
            .is_none_or(|first| at < first && !self.has_visited_several)
    }

    /// Follows a way, which only nested routers take if a more specific resource hides it.
    fn hidden_if<T>(&mut self, is_hidden: bool, follow: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.is_hidden;
        self.is_hidden |= is_hidden;
        let result = follow(self);
        self.is_hidden = before;
        result
    }

    /// Follows a way that only some routers take.
    fn by_some<T>(&mut self, follow: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.is_read_by_some, true);
        self.was_read_by_some = true;
        let result = follow(self);
        self.is_read_by_some = before;
        result
    }

    pub(super) fn run(mut self, resources: &Resources) {
        if !self.search_node(&resources.root, 0) {
            self.visit(resources.default_route.as_ref(), None);
        }
    }

    /// Whether every router uses a resource at this node or below for the segments from `at` on.
    ///
    /// Droppable segments are processed backwards, so that the recursion is only as deep as the tree.
    fn search_node(&mut self, node: &Node, at: usize) -> bool {
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
        let mut is_taken = known.unwrap_or_else(|| self.keep_segment(node, end));
        for at in (at..end).rev() {
            is_taken &= self.keep_segment(node, at);
            self.known.remember(place(at), is_taken);
        }
        is_taken
    }

    /// The same if the next segment is not dropped.
    fn keep_segment(&mut self, node: &Node, at: usize) -> bool {
        let segments = self.segments;
        match segments.get(at) {
            None => self.end_path(node),
            Some(segment) if segment.is_empty() => self.match_empty(node, segment, at),
            Some(segment) if segment.may_be_empty() => {
                self.match_segment(node, segment, at);
                self.by_some(|search| {
                    // Some routers drop the rest of the path, too.
                    search.end_path(node);
                    search.visit(node.greedy.as_ref(), search.path.get(segment.start..));
                });
                false
            }
            Some(segment) => self.match_segment(node, segment, at),
        }
    }

    /// The same at the end of the path.
    fn end_path(&mut self, node: &Node) -> bool {
        let is_taken = self.visit(node.here.as_ref(), None);
        if !is_taken || self.do_routers_differ() {
            // Not every router has a greedy parameter that matches nothing.
            let is_hidden = is_taken && self.first_dropped.is_none();
            self.hidden_if(is_hidden, |search| {
                search.visit(node.greedy.as_ref(), Some(""))
            });
        }
        is_taken
    }

    /// The same for a segment that is not empty.
    fn match_segment(&mut self, node: &Node, segment: &Segment<'p>, at: usize) -> bool {
        let mut is_taken = self.match_exact(node, segment, at);
        if is_taken && self.hides(at) {
            return true;
        }
        if let Some((_, next)) = &node.variable {
            let is_hidden = is_taken && self.hides_in_one_router(at);
            is_taken |= self.hidden_if(is_hidden, |search| search.descend(next, segment, at));
            if is_taken && self.hides(at) {
                return true;
            }
        }
        let is_hidden = is_taken && self.hides_in_one_router(at);
        is_taken
            | self.hidden_if(is_hidden, |search| {
                search.visit(node.greedy.as_ref(), search.path.get(segment.start..))
            })
    }

    /// The same if the tree has the segment's text.
    fn match_exact(&mut self, node: &Node, segment: &Segment<'p>, at: usize) -> bool {
        let exact = node.exact.get(segment.received);
        let is_taken = exact.is_some_and(|next| self.descend(next, segment, at));
        for other in &segment.others {
            if let Some(next) = node.exact.get(other) {
                self.by_some(|search| search.descend(next, segment, at));
            }
        }
        if segment.ignores_case() {
            for (exact, next) in &node.exact {
                if segment.is_in_another_case(exact) {
                    self.by_some(|search| search.descend(next, segment, at));
                }
            }
        }
        is_taken && segment.others.is_empty()
    }

    /// The same for an empty segment that is kept.
    fn match_empty(&mut self, node: &Node, segment: &Segment<'p>, at: usize) -> bool {
        if let Some((_, next)) = &node.variable {
            // Not every router accepts empty values.
            self.descend(next, segment, at);
        }
        let is_taken = self.visit(node.greedy.as_ref(), self.path.get(segment.start..));
        let is_last = at + 1 == self.segments.len();
        is_taken && !is_last
    }

    /// Goes on at the next node.
    fn descend(&mut self, next: &Node, segment: &Segment<'p>, at: usize) -> bool {
        self.taken.push(segment.received);
        let mut is_taken = self.search_node(next, at + 1);
        if segment.has_parameters && at + 1 < self.segments.len() {
            // Some routers drop the rest of the path.
            is_taken &= self.by_some(|search| search.end_path(next));
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
            routers_may_differ: self.do_routers_differ(),
            is_hidden: self.is_hidden,
        };
        (self.visit)(resource, &reading)
    }
}
