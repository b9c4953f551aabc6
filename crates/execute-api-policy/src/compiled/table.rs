//! The table of all resource patterns of a policy.

use std::ops::Range;

use smallvec::SmallVec;

use super::{
    prepared_request::{PreparedRequest, PreparedResource},
    search::Search,
};
use crate::{
    heap::heap_bytes,
    pattern::{HeadPattern, Wildcard},
};

/// The patterns without variables of all statements, the heads that they share, and the search for candidates.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResourceTable {
    pub(super) patterns: SmallVec<[FixedResource; 1]>,
    pub(super) heads: SmallVec<[HeadPattern; 1]>,
    pub(super) search: Search,
}

#[derive(Debug, Clone)]
pub(super) struct FixedResource {
    pub(super) statement: u32,
    pub(super) head: u32,
    /// Whether this is not the pattern as written, but decoded or folded. Such a pattern counts only if other spellings count.
    pub(super) is_other: bool,
    pub(super) resource: Wildcard,
}

heap_bytes!(ResourceTable {
    patterns,
    heads,
    search
});
heap_bytes!(FixedResource { resource });

/// Which spellings of the request's resource count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Covering {
    AsReceived,
    AnySpelling,
}

impl ResourceTable {
    pub(super) fn len(&self) -> u32 {
        number(self.patterns.len())
    }

    /// The same table without a search.
    #[cfg(test)]
    pub(super) fn without_search(&self) -> Self {
        Self {
            search: Search::None,
            ..self.clone()
        }
    }

    /// Whether [`candidates`](Self::candidates) finds patterns. If not, each statement must be looked at.
    pub(super) fn is_searched(&self) -> bool {
        !matches!(self.search, Search::None)
    }

    /// Visits all patterns that may match the name of a resource. A pattern may be visited more than once.
    pub(super) fn candidates(&self, name: &str, visit: impl FnMut(u32)) {
        self.search.candidates(name, visit);
    }

    /// The statement that a pattern belongs to.
    pub(super) fn statement(&self, pattern: u32) -> Option<u32> {
        let pattern = self.patterns.get(pattern as usize);
        pattern.map(|pattern| pattern.statement)
    }

    /// Whether a pattern covers the resource.
    pub(super) fn pattern_covers(
        &self,
        pattern: u32,
        resource: &PreparedResource<'_>,
        covering: Covering,
    ) -> bool {
        self.patterns.get(pattern as usize).is_some_and(|pattern| {
            let counts = !pattern.is_other || covering == Covering::AnySpelling;
            counts && self.covers(pattern, resource)
        })
    }

    fn covers(&self, pattern: &FixedResource, resource: &PreparedResource<'_>) -> bool {
        pattern.resource.matches_in(&resource.name) && self.head_covers(pattern.head, resource)
    }

    pub(super) fn head_covers(&self, head: u32, resource: &PreparedResource<'_>) -> bool {
        match (resource.head, self.heads.get(head as usize)) {
            (Some(head), Some(pattern)) => pattern.matches(head),
            _ => false,
        }
    }

    /// Whether one of these patterns covers the request's resource.
    pub(super) fn fixed_cover(
        &self,
        range: &Range<u32>,
        request: &PreparedRequest<'_>,
        covering: Covering,
    ) -> bool {
        let range = range.start as usize..range.end as usize;
        let patterns = self.patterns.get(range).unwrap_or_default();
        let as_received =
            |pattern: &FixedResource| !pattern.is_other && self.covers(pattern, &request.resource);
        match (covering, &request.other_spellings) {
            (Covering::AsReceived, _) | (_, None) => patterns.iter().any(as_received),
            (Covering::AnySpelling, Some(spellings)) => patterns.iter().any(|pattern| {
                let spelled = |resource: &PreparedResource<'_>| self.covers(pattern, resource);
                spelled(&request.resource) || spellings.iter().any(spelled)
            }),
        }
    }
}

/// A policy has fewer entries than bytes, so the number fits.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
