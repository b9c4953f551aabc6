//! The routes of a policy, by their methods.

use smallvec::SmallVec;

use super::{
    path_patterns::{PathPattern, PathPatterns},
    route::{FoundRoute, MethodName},
};
use crate::{
    compiled::decision::Decision,
    effect::Effect,
    heap::{HeapBytes, heap_bytes},
};

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

heap_bytes!(RoutesByMethod { by_method });

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
                    *decision = pattern.applied(path, *decision, counts);
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

    #[inline(always)] // A hit would pay for the call.
    fn applied(
        &self,
        method: Option<MethodName>,
        path: &str,
        decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        match self.by_method.first() {
            Some((MethodName::EVERY, _)) => self.applied_every(method, path, decision, counts),
            _ => self.applied_own(method, path, decision, counts),
        }
    }

    /// Applies the routes of every method, and then those of this one.
    #[inline(never)] // Policies without such routes do not pay for it.
    fn applied_every(
        &self,
        method: Option<MethodName>,
        path: &str,
        mut decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        if let Some((_, every)) = self.by_method.first() {
            decision = every.applied(path, decision, counts);
        }
        self.applied_own(method, path, decision, counts)
    }

    /// Applies the routes of this method.
    #[inline(always)] // A hit would pay for the call.
    fn applied_own(
        &self,
        method: Option<MethodName>,
        path: &str,
        decision: Decision,
        counts: impl Fn(Effect) -> bool + Copy,
    ) -> Decision {
        let found = method.and_then(|method| {
            let by_method = &*self.by_method;
            let at = by_method.binary_search_by_key(&method, |(method, _)| *method);
            by_method.get(at.ok()?)
        });
        match found {
            Some((_, patterns)) => patterns.applied(path, decision, counts),
            None => decision,
        }
    }
}
