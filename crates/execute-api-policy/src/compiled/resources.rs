//! All patterns for resources that a policy has, in one table.

use std::{collections::HashMap, ops::Range};

use smallvec::SmallVec;

use super::{
    few::{FEW, Few},
    index::Index,
    statement::{CompiledStatement, Resources, VariableResource},
};
use crate::{
    document::{Effect, Statement},
    evaluation::{EvaluationRequest, RequestResource},
    heap::{HeapBytes, heap_bytes},
    pattern::{HeadPattern, ResourcePattern, TextPattern, Wildcard},
};

/// The patterns without variables, of all statements; the heads that they share; and how those are found that
/// may match.
#[derive(Debug, Clone, Default)]
pub(crate) struct ResourceTable {
    patterns: SmallVec<[FixedResource; 1]>,
    heads: SmallVec<[HeadPattern; 1]>,
    search: Search,
}

/// How the patterns are found that can match a text.
#[derive(Debug, Clone, Default)]
enum Search {
    /// They are not: each statement looks at its own.
    #[default]
    None,
    /// There is only one, and it is always found.
    One,
    Few(Few),
    Many(Box<Index>),
}

#[derive(Debug, Clone)]
struct FixedResource {
    statement: u32,
    head: u32,
    /// Percent-encoding in the policy was decoded: counts only where a path's spellings do.
    decoded: bool,
    resource: Wildcard,
}

heap_bytes!(ResourceTable {
    patterns,
    heads,
    search
});
heap_bytes!(FixedResource { resource });

impl HeapBytes for Search {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::None | Self::One | Self::Few(_) => 0,
            Self::Many(index) => index.heap_bytes(),
        }
    }
}

/// Which spellings of the request's resource count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Covering {
    AsReceived,
    AnySpelling,
}

/// So many heads are looked for one by one.
const FIRST_HEADS: usize = 4;

/// Makes a table, in which a head that many entries share stands once.
#[derive(Default)]
pub(super) struct TableBuilder<'d> {
    table: ResourceTable,
    /// The first heads, of which there rarely are more.
    first_heads: SmallVec<[(&'d str, u32); FIRST_HEADS]>,
    other_heads: HashMap<&'d str, u32>,
}

impl<'d> TableBuilder<'d> {
    pub(super) fn new(statements: usize) -> Self {
        let mut builder = Self::default();
        builder.table.patterns.reserve(statements);
        builder
    }

    pub(super) fn add(
        &mut self,
        number: u32,
        statement: &'d Statement,
        variables: bool,
    ) -> Resources {
        let excluding = statement.resources.is_excluding();
        // What keeps something out does so in every spelling.
        let with_decoded = excluding == (statement.effect == Effect::Allow);
        let start = self.table.len();
        let mut resources = Resources {
            excluding,
            everything: false,
            broken: false,
            fixed: start..start,
            variable: Vec::new(),
        };
        for (index, entry) in statement.resources.texts().iter().enumerate() {
            let variables = variables || statement.resources.is_escaped(index);
            match ResourcePattern::new(entry, variables) {
                ResourcePattern::Everything => resources.everything = true,
                ResourcePattern::NotAnArn(_) => resources.broken = true,
                ResourcePattern::Arn {
                    head,
                    resource,
                    decoded,
                } => {
                    let head = self.head(head);
                    let decoded = decoded.filter(|_| with_decoded);
                    match resource {
                        TextPattern::Fixed(resource) => {
                            self.push(number, head, resource, false);
                            if let Some(TextPattern::Fixed(decoded)) = decoded {
                                self.push(number, head, decoded, true);
                            }
                        }
                        resource @ TextPattern::Variable(_) => {
                            resources.variable.push(VariableResource {
                                head,
                                resource,
                                decoded,
                            });
                        }
                    }
                }
            }
        }
        resources.fixed.end = self.table.len();
        resources
    }

    fn push(&mut self, statement: u32, head: u32, resource: Wildcard, decoded: bool) {
        self.table.patterns.push(FixedResource {
            statement,
            head,
            decoded,
            resource,
        });
    }

    fn head(&mut self, text: &'d str) -> u32 {
        if let Some((_, head)) = self.first_heads.iter().find(|(known, _)| *known == text) {
            return *head;
        }
        let heads = &mut self.table.heads;
        let mut add = || {
            heads.push(HeadPattern::new(text));
            number(heads.len() - 1)
        };
        if self.first_heads.len() < FIRST_HEADS {
            let head = add();
            self.first_heads.push((text, head));
            return head;
        }
        *self.other_heads.entry(text).or_insert_with(add)
    }

    /// Prepares the search for the patterns of the statements that can be found by them.
    pub(super) fn finish(self, statements: &[CompiledStatement]) -> ResourceTable {
        let mut table = self.table;
        let found = |pattern: &FixedResource| {
            let statement = statements.get(pattern.statement as usize);
            statement.is_some_and(CompiledStatement::is_found_by_index)
        };
        let patterns = (0..).zip(&table.patterns);
        let patterns = patterns.filter(|(_, pattern)| found(pattern));
        let mut patterns = patterns.map(|(id, pattern)| (id, &pattern.resource));
        table.search = match table.patterns.len() {
            0 => Search::None,
            1 => patterns.next().map_or(Search::None, |_| Search::One),
            2..=FEW => {
                let patterns: SmallVec<[_; FEW]> = patterns.collect();
                Few::new(&patterns).map_or(Search::None, Search::Few)
            }
            _ => Search::Many(Box::new(Index::new(patterns))),
        };
        table
    }
}

impl ResourceTable {
    fn len(&self) -> u32 {
        number(self.patterns.len())
    }

    /// The same table, whose patterns are looked at one by one.
    #[cfg(test)]
    pub(super) fn without_search(&self) -> Self {
        Self {
            search: Search::None,
            ..self.clone()
        }
    }

    /// Whether [`candidates`](Self::candidates) finds patterns.
    pub(super) fn is_searched(&self) -> bool {
        !matches!(self.search, Search::None)
    }

    /// Visits all patterns that may match the name of a resource, some perhaps more than once.
    pub(super) fn candidates(&self, name: &str, mut visit: impl FnMut(u32)) {
        match &self.search {
            Search::None => {}
            Search::One => visit(0),
            Search::Few(few) => few.candidates(name, visit),
            Search::Many(index) => index.candidates(name, visit),
        }
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
        resource: &RequestResource<'_>,
        covering: Covering,
    ) -> bool {
        self.patterns.get(pattern as usize).is_some_and(|pattern| {
            let counts = !pattern.decoded || covering == Covering::AnySpelling;
            counts && self.covers(pattern, resource)
        })
    }

    fn covers(&self, pattern: &FixedResource, resource: &RequestResource<'_>) -> bool {
        pattern.resource.matches(resource.name) && self.head_covers(pattern.head, resource)
    }

    fn head_covers(&self, head: u32, resource: &RequestResource<'_>) -> bool {
        match (resource.head, self.heads.get(head as usize)) {
            (Some(head), Some(pattern)) => pattern.matches(head),
            _ => false,
        }
    }

    /// Whether one of these patterns covers the request's resource.
    pub(super) fn fixed_cover(
        &self,
        range: &Range<u32>,
        request: &EvaluationRequest<'_>,
        covering: Covering,
    ) -> bool {
        let range = range.start as usize..range.end as usize;
        let patterns = self.patterns.get(range).unwrap_or_default();
        let as_received =
            |pattern: &FixedResource| !pattern.decoded && self.covers(pattern, &request.resource);
        match (covering, request.other_spellings) {
            (Covering::AsReceived, _) | (_, None) => patterns.iter().any(as_received),
            (Covering::AnySpelling, Some(spellings)) => patterns.iter().any(|pattern| {
                let spelled = |text: &String| self.covers(pattern, &RequestResource::new(text));
                self.covers(pattern, &request.resource) || spellings.iter().any(spelled)
            }),
        }
    }

    /// None where a variable has no value. What excludes covers whatever it would cover with some value of a variable
    /// whose value is not known.
    pub(super) fn variable_covers(
        &self,
        entry: &VariableResource,
        request: &EvaluationRequest<'_>,
        covering: Covering,
    ) -> Option<bool> {
        let covers = |pattern: &TextPattern, resource: &RequestResource<'_>| {
            let head_covers = || self.head_covers(entry.head, resource);
            match pattern.matches(resource.name, request.keys) {
                Some(matches) => Some(matches && head_covers()),
                None => {
                    let covers = covering == Covering::AnySpelling
                        && pattern.may_match(resource.name, request.keys)
                        && head_covers();
                    covers.then_some(true)
                }
            }
        };
        let as_received = covers(&entry.resource, &request.resource);
        let (Covering::AnySpelling, Some(spellings)) = (covering, request.other_spellings) else {
            return as_received;
        };
        let spelled = |resource: &RequestResource<'_>| {
            let mut patterns = [&entry.resource].into_iter().chain(&entry.decoded);
            patterns.any(|pattern| covers(pattern, resource) == Some(true))
        };
        let is_covered = spelled(&request.resource)
            || spellings
                .iter()
                .any(|text| spelled(&RequestResource::new(text)));
        match is_covered {
            true => Some(true),
            false => as_received,
        }
    }
}

/// A policy has at most as many entries as bytes.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
