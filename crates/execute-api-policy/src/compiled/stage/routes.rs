//! The routes of a policy, by their methods.

use smallvec::SmallVec;

use super::{StageRequest, route::MethodName};
use crate::{
    compiled::{decision::Decision, search::Search},
    effect::Effect,
    heap::{HeapBytes, heap_bytes},
    pattern::{Haystack, Wildcard},
};

/// A route that was read from a policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct FoundRoute<'d> {
    pub(super) method: MethodName,
    pub(super) path: &'d str,
    pub(super) effect: Effect,
    /// The number of its statement.
    pub(super) statement: u32,
}

/// Routes by their methods.
#[derive(Debug)]
pub(super) struct Routes {
    /// In the order of the methods, so those of every method come first.
    by_method: SmallVec<[(MethodName, PathPatterns); 1]>,
}

/// Patterns for paths, and the search among them.
#[derive(Debug)]
struct PathPatterns {
    patterns: SmallVec<[PathPattern; 1]>,
    search: Search,
}

#[derive(Debug)]
struct PathPattern {
    path: Wildcard,
    effect: Effect,
    statement: u32,
}

heap_bytes!(Routes { by_method });
heap_bytes!(PathPatterns { patterns, search });
heap_bytes!(PathPattern { path });

impl HeapBytes for MethodName {
    fn heap_bytes(&self) -> usize {
        0
    }
}

impl Routes {
    pub(super) fn new(found: &mut [FoundRoute<'_>]) -> Self {
        if let [route] = found {
            return Self::of_one(route);
        }
        found.sort_unstable_by_key(|route| route.method);
        let methods = found.chunk_by(|a, b| a.method == b.method);
        let mut by_method = SmallVec::new();
        by_method.reserve_exact(methods.clone().count());
        by_method.extend(methods.filter_map(|group| {
            let method = group.first()?.method;
            Some((method, PathPatterns::new(group)))
        }));
        Self { by_method }
    }

    /// What the general way makes of one route, which most policies have.
    fn of_one(route: &FoundRoute<'_>) -> Self {
        let patterns = PathPatterns {
            patterns: SmallVec::from_buf([PathPattern::new(route)]),
            search: Search::One,
        };
        Self {
            by_method: SmallVec::from_buf([(route.method, patterns)]),
        }
    }

    /// Applies the statements that have a route for the request's method and this path.
    pub(super) fn apply(
        &self,
        request: &StageRequest<'_>,
        path: &str,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) {
        let by_method = &*self.by_method;
        if let Some((MethodName::EVERY, patterns)) = by_method.first() {
            patterns.apply(path, decision, counts);
        }
        let Some(method) = request.method else {
            return;
        };
        let at = by_method.binary_search_by_key(&method, |(method, _)| *method);
        let patterns = at.ok().and_then(|at| by_method.get(at));
        if let Some((_, patterns)) = patterns {
            patterns.apply(path, decision, counts);
        }
    }
}

impl PathPatterns {
    fn new(found: &[FoundRoute<'_>]) -> Self {
        let mut patterns = SmallVec::<[PathPattern; 1]>::new();
        patterns.reserve_exact(found.len());
        patterns.extend(found.iter().map(PathPattern::new));
        let numbered = (0..).zip(patterns.iter().map(|pattern| &pattern.path));
        Self {
            search: Search::new(patterns.len(), numbered),
            patterns,
        }
    }

    #[inline(always)] // A hit would pay for the call.
    fn apply(&self, path: &str, decision: &mut Decision, counts: impl Fn(Effect) -> bool + Copy) {
        match &*self.patterns {
            [] => {}
            [pattern] => {
                if pattern.can_change(decision, counts) && pattern.path.matches(path) {
                    decision.add(pattern.statement, pattern.effect);
                }
            }
            patterns => self.apply_found(patterns, path, decision, counts),
        }
    }

    #[inline(never)] // Inlined into the code for one pattern, it would cost hits with several.
    fn apply_found(
        &self,
        patterns: &[PathPattern],
        path: &str,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) {
        let path = &Haystack::new(path);
        if let Search::None = self.search {
            for pattern in patterns {
                pattern.apply_of_several(path, decision, counts);
            }
        }
        self.search.candidates(path.text(), |number| {
            if let Some(pattern) = patterns.get(number as usize) {
                pattern.apply_of_several(path, decision, counts);
            }
        });
    }
}

impl PathPattern {
    fn new(route: &FoundRoute<'_>) -> Self {
        Self {
            path: Wildcard::new(route.path),
            effect: route.effect,
            statement: route.statement,
        }
    }

    /// Not inlined, since the copies in the loops over patterns would be slower.
    #[inline(never)]
    fn apply_of_several(
        &self,
        path: &Haystack<'_>,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool,
    ) {
        if self.can_change(decision, counts) && self.path.matches_in(path) {
            decision.add(self.statement, self.effect);
        }
    }

    /// Only a few of the patterns that are found can still change the decision. The others are not matched.
    fn can_change(&self, decision: &Decision, counts: impl Fn(Effect) -> bool) -> bool {
        counts(self.effect) && decision.can_change_by(self.statement, self.effect)
    }
}
