//! The routes of a policy, by their methods.

use smallvec::SmallVec;

use super::route::MethodName;
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

/// The routes of a policy.
#[derive(Debug)]
pub(super) enum Routes {
    /// Most policies have one route. So it is found without a search.
    One {
        method: MethodName,
        pattern: PathPattern,
    },
    Several(RoutesByMethod),
}

/// Routes by their methods.
#[derive(Debug)]
pub(super) struct RoutesByMethod {
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
pub(super) struct PathPattern {
    path: Wildcard,
    effect: Effect,
    statement: u32,
}

heap_bytes!(RoutesByMethod { by_method });
heap_bytes!(PathPatterns { patterns, search });
heap_bytes!(PathPattern { path });

impl HeapBytes for MethodName {
    fn heap_bytes(&self) -> usize {
        0
    }
}

impl HeapBytes for Routes {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::One { method: _, pattern } => pattern.heap_bytes(),
            Self::Several(routes) => routes.heap_bytes(),
        }
    }
}

impl Routes {
    pub(super) fn new(found: &mut [FoundRoute<'_>]) -> Self {
        match found {
            [route] => Self::One {
                method: route.method,
                pattern: PathPattern::new(route),
            },
            several => Self::Several(RoutesByMethod::new(several)),
        }
    }

    /// Applies the statements that have a route for this method and this path.
    #[inline(always)] // A hit would pay for the call.
    pub(super) fn apply(
        &self,
        method: Option<MethodName>,
        path: &str,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) {
        match self {
            Self::One {
                method: its,
                pattern,
            } => {
                if *its == MethodName::EVERY || Some(*its) == method {
                    pattern.apply(path, decision, counts);
                }
            }
            Self::Several(routes) => *decision = routes.applied(method, path, *decision, counts),
        }
    }
}

impl RoutesByMethod {
    fn new(found: &mut [FoundRoute<'_>]) -> Self {
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

    #[inline(never)] // A policy with one route does not pay for it. By value, so that a decision is not put into memory.
    fn applied(
        &self,
        method: Option<MethodName>,
        path: &str,
        mut decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        let by_method = &*self.by_method;
        if let Some((MethodName::EVERY, patterns)) = by_method.first() {
            patterns.apply(path, &mut decision, counts);
        }
        let found = method.and_then(|method| {
            let at = by_method.binary_search_by_key(&method, |(method, _)| *method);
            by_method.get(at.ok()?)
        });
        if let Some((_, patterns)) = found {
            patterns.apply(path, &mut decision, counts);
        }
        decision
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
            [pattern] => pattern.apply(path, decision, counts),
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

    #[inline(always)] // A hit would pay for the call.
    fn apply(&self, path: &str, decision: &mut Decision, counts: impl Fn(Effect) -> bool) {
        if self.can_change(decision, counts) && self.path.matches(path) {
            decision.add(self.statement, self.effect);
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
