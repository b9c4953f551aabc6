//! The patterns for the paths of one method, and the search among them.

use std::cell::OnceCell;

use super::route::FoundRoute;
use crate::{
    compiled::{
        decision::Decision,
        few::{FEW, Few},
        index::Index,
    },
    effect::Effect,
    heap::{HeapBytes, heap_bytes},
    pattern::{Haystack, Wildcard},
};

/// Patterns for paths. Each kind finds those that can match a path in another way.
#[derive(Debug)]
pub(super) enum PathPatterns {
    One(PathPattern),
    Few(FewPatterns),
    Many(Box<ManyPatterns>),
}

#[derive(Debug)]
pub(super) struct PathPattern {
    path: Wildcard,
    effect: Effect,
    statement: u32,
}

#[derive(Debug)]
pub(super) struct FewPatterns {
    patterns: Vec<PathPattern>,
    search: Few,
}

#[derive(Debug)]
pub(super) struct ManyPatterns {
    patterns: Vec<PathPattern>,
    search: Index,
}

heap_bytes!(PathPattern { path });
heap_bytes!(FewPatterns { patterns });
heap_bytes!(ManyPatterns { patterns, search });

impl HeapBytes for PathPatterns {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::One(pattern) => pattern.heap_bytes(),
            Self::Few(few) => few.heap_bytes(),
            Self::Many(many) => many.heap_bytes(),
        }
    }
}

impl PathPatterns {
    pub(super) fn new(found: &[FoundRoute<'_>]) -> Self {
        if let [route] = found {
            return Self::One(PathPattern::new(route));
        }
        let patterns: Vec<_> = found.iter().map(PathPattern::new).collect();
        if patterns.len() <= FEW {
            let search = Few::new(numbered(&patterns));
            Self::Few(FewPatterns { patterns, search })
        } else {
            let search = Index::new(numbered(&patterns));
            Self::Many(Box::new(ManyPatterns { patterns, search }))
        }
    }

    /// Applies the patterns that match. By value, so that a decision is not put into memory.
    #[inline(always)] // A hit would pay for the call.
    pub(super) fn applied(
        &self,
        path: &str,
        decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        match self {
            Self::One(pattern) => pattern.applied_apart(path, decision, counts),
            Self::Few(few) => few.applied(path, decision, counts),
            Self::Many(many) => many.applied(path, decision, counts),
        }
    }
}

fn numbered(patterns: &[PathPattern]) -> impl Iterator<Item = (u32, &Wildcard)> + Clone {
    (0..).zip(patterns.iter().map(|pattern| &pattern.path))
}

impl FewPatterns {
    #[inline(never)] // A policy with one route does not pay for it.
    fn applied(
        &self,
        path: &str,
        mut decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        let haystack = OnceCell::new();
        for number in self.search.candidates(path) {
            if let Some(pattern) = self.patterns.get(number as usize) {
                pattern.apply_sharing(path, &haystack, &mut decision, counts);
            }
        }
        decision
    }
}

impl ManyPatterns {
    #[inline(never)] // As above.
    fn applied(
        &self,
        path: &str,
        mut decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        let haystack = OnceCell::new();
        self.search.candidates(path, |number| {
            if let Some(pattern) = self.patterns.get(number as usize) {
                pattern.apply_apart(path, &haystack, &mut decision, counts);
            }
        });
        decision
    }
}

impl PathPattern {
    pub(super) fn new(route: &FoundRoute<'_>) -> Self {
        Self {
            path: Wildcard::new(route.path),
            effect: route.effect,
            statement: route.statement,
        }
    }

    /// By value, as above.
    #[inline(always)] // A hit would pay for the call.
    pub(super) fn applied(
        &self,
        path: &str,
        mut decision: Decision,
        counts: impl Fn(Effect) -> bool,
    ) -> Decision {
        if self.can_change(&decision, counts) && self.path.matches(path) {
            decision.add(self.statement, self.effect);
        }
        decision
    }

    /// The same, for code that inlines what it calls in several places.
    #[inline(never)]
    fn applied_apart(
        &self,
        path: &str,
        decision: Decision,
        counts: impl Fn(Effect) -> bool,
    ) -> Decision {
        self.applied(path, decision, counts)
    }

    /// For one of several patterns, which share a haystack.
    #[inline(always)] // A hit would pay for the call.
    fn apply_sharing<'p>(
        &self,
        path: &'p str,
        haystack: &OnceCell<Haystack<'p>>,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool,
    ) {
        if self.can_change(decision, counts) && self.path.matches_sharing(path, haystack) {
            decision.add(self.statement, self.effect);
        }
    }

    /// As above: an index visits patterns in several places.
    #[inline(never)]
    fn apply_apart<'p>(
        &self,
        path: &'p str,
        haystack: &OnceCell<Haystack<'p>>,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool,
    ) {
        self.apply_sharing(path, haystack, decision, counts);
    }

    /// Only a few of the patterns that are found can still change the decision. The others are not matched.
    fn can_change(&self, decision: &Decision, counts: impl Fn(Effect) -> bool) -> bool {
        counts(self.effect) && decision.can_change_by(self.statement, self.effect)
    }
}
