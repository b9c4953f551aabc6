//! The resource part of a compiled statement.

use std::ops::Range;

use super::{
    prepared_request::{PreparedRequest, PreparedResource},
    table::{Covering, ResourceTable},
};
use crate::{
    heap::heap_bytes,
    pattern::{ForAnyApi, TextPattern},
};

/// `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(crate) struct Resources {
    /// Whether this is `NotResource`.
    pub(crate) excluding: bool,
    /// Whether an entry is `*`.
    pub(crate) everything: bool,
    /// Whether an entry is neither `*` nor an ARN.
    pub(crate) broken: bool,
    /// The entries without variables, as a range of the table.
    pub(crate) fixed: Range<u32>,
    pub(crate) variable: Vec<VariableResource>,
}

/// An entry with a policy variable.
#[derive(Debug, Clone)]
pub(crate) struct VariableResource {
    pub(crate) head: u32,
    pub(crate) resource: TextPattern,
    /// As in [`ResourcePattern`](crate::pattern::ResourcePattern). Used only if other spellings of a path count.
    pub(crate) others: Vec<TextPattern>,
    /// The head of the placeholder, and what the entry covers for it. `None` if the API is known, or if the entry does not
    /// exclude.
    pub(super) for_any_api: Option<Box<(u32, ForAnyApi)>>,
}

heap_bytes!(Resources { variable });
heap_bytes!(VariableResource {
    resource,
    others,
    for_any_api
});

impl Resources {
    pub(super) fn is_empty(&self) -> bool {
        !self.everything && self.fixed.is_empty() && self.variable.is_empty()
    }

    /// Whether an entry covers the request's resource. `None` if no entry does and one has a variable without a value.
    pub(super) fn cover(
        &self,
        table: &ResourceTable,
        request: &PreparedRequest<'_>,
        covering: Covering,
    ) -> Option<bool> {
        if self.everything || table.fixed_cover(&self.fixed, request, covering) {
            return Some(true);
        }
        let mut unresolved = false;
        for entry in &self.variable {
            match entry.covers(table, request, covering) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => unresolved = true,
            }
        }
        (!unresolved).then_some(false)
    }
}

impl VariableResource {
    /// Returns `None` if a variable has no value. If the value is unknown, an entry that excludes covers everything
    /// that it would cover with some value.
    fn covers(
        &self,
        table: &ResourceTable,
        request: &PreparedRequest<'_>,
        covering: Covering,
    ) -> Option<bool> {
        let covers = self.covers_by_name(table, request, covering);
        if covers != Some(true) && self.covers_for_any_api(table, request) {
            Some(true)
        } else {
            covers
        }
    }

    fn covers_by_name(
        &self,
        table: &ResourceTable,
        request: &PreparedRequest<'_>,
        covering: Covering,
    ) -> Option<bool> {
        let keys = request.original.keys;
        let covers = |pattern: &TextPattern, resource: &PreparedResource<'_>| {
            let head_covers = || table.head_covers(self.head, resource);
            match pattern.matches(&resource.name, keys) {
                Some(matches) => Some(matches && head_covers()),
                None => {
                    let covers = covering == Covering::AnySpelling
                        && pattern.may_match(&resource.name, keys)
                        && head_covers();
                    covers.then_some(true)
                }
            }
        };
        let as_received = covers(&self.resource, &request.resource);
        let (Covering::AnySpelling, Some(spellings)) = (covering, &request.other_spellings) else {
            return as_received;
        };
        let spelled = |resource: &PreparedResource<'_>| {
            let mut patterns = [&self.resource].into_iter().chain(&self.others);
            patterns.any(|pattern| covers(pattern, resource) == Some(true))
        };
        let is_covered = spelled(&request.resource) || spellings.iter().any(spelled);
        if is_covered { Some(true) } else { as_received }
    }

    fn covers_for_any_api(&self, table: &ResourceTable, request: &PreparedRequest<'_>) -> bool {
        let Some((head, entry)) = self.for_any_api.as_deref() else {
            return false;
        };
        let patterns = entry.patterns(request.original.keys);
        patterns.iter().any(|pattern| {
            let covers = |resource: &PreparedResource<'_>| {
                pattern.resource.matches_in(&resource.name) && table.head_covers(*head, resource)
            };
            match &request.other_spellings {
                None => !pattern.is_other && covers(&request.resource),
                Some(others) => covers(&request.resource) || others.iter().any(covers),
            }
        })
    }
}
