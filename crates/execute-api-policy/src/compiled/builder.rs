//! Builds the table of a policy's resource patterns.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::{
    resources::{Resources, VariableResource},
    search::Search,
    table::{FixedResource, ResourceTable, number},
};
use crate::{
    document::Statement,
    effect::Effect,
    pattern::{ForAnyApi, HeadPattern, Reach, ResourcePattern, TextPattern, Wildcard},
};

/// The first few heads are found by a linear scan, without hashing.
const FIRST_HEADS: usize = 4;

/// Builds a table that stores each head once, even if many entries share it.
pub(super) struct TableBuilder<'d> {
    table: ResourceTable,
    reach: Reach<'d>,
    /// Policies rarely have more heads than fit here.
    first_heads: SmallVec<[(&'d str, u32); FIRST_HEADS]>,
    other_heads: HashMap<&'d str, u32>,
}

impl<'d> TableBuilder<'d> {
    pub(super) fn new(statements: usize, reach: Reach<'d>) -> Self {
        Self {
            table: ResourceTable {
                patterns: SmallVec::with_capacity(statements),
                ..ResourceTable::default()
            },
            reach,
            first_heads: SmallVec::new(),
            other_heads: HashMap::new(),
        }
    }

    pub(super) fn add(
        &mut self,
        number: u32,
        statement: &'d Statement,
        variables: bool,
    ) -> Resources {
        let excluding = statement.resources.is_excluding();
        // An entry that excludes must also cover the other spellings of a path.
        let with_others = excluding == (statement.effect == Effect::Allow);
        let ignores_case = self.reach.ignores_case && with_others;
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
            match ResourcePattern::new(entry, variables, ignores_case) {
                ResourcePattern::Everything => resources.everything = true,
                ResourcePattern::NotAnArn(_) => resources.broken = true,
                ResourcePattern::Arn {
                    head,
                    resource,
                    mut others,
                } => {
                    let head = self.head(head);
                    let mut for_any_api = None;
                    if with_others {
                        for_any_api = self.for_any_api(entry, variables);
                    } else {
                        others.clear();
                    }
                    match resource {
                        TextPattern::Fixed(resource) => {
                            self.push_all(number, head, resource, others, for_any_api);
                        }
                        resource @ TextPattern::Variable(_) => {
                            resources.variable.push(VariableResource {
                                head,
                                resource,
                                others,
                                for_any_api: for_any_api.map(Box::new),
                            });
                        }
                    }
                }
            }
        }
        resources.fixed.end = self.table.len();
        resources
    }

    /// Adds all patterns of an entry without variables.
    fn push_all(
        &mut self,
        statement: u32,
        head: u32,
        resource: Wildcard,
        others: Vec<TextPattern>,
        for_any_api: Option<(u32, ForAnyApi)>,
    ) {
        self.push(statement, head, resource, false);
        for other in others {
            if let TextPattern::Fixed(other) = other {
                self.push(statement, head, other, true);
            }
        }
        if let Some((head, entry)) = for_any_api {
            for pattern in entry.patterns(&()) {
                self.push(statement, head, pattern.resource, pattern.is_other);
            }
        }
    }

    /// What the entry covers for the placeholder, with the placeholder's head.
    fn for_any_api(&mut self, entry: &str, variables: bool) -> Option<(u32, ForAnyApi)> {
        let head = self.reach.placeholder?.head;
        let entry = ForAnyApi::new(entry, variables, &self.reach)?;
        Some((self.head(head), entry))
    }

    fn push(&mut self, statement: u32, head: u32, resource: Wildcard, is_other: bool) {
        self.table.patterns.push(FixedResource {
            statement,
            head,
            is_other,
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

    /// Prepares the search. It includes only the patterns of statements for which `is_found` is true.
    pub(super) fn finish(self, is_found: impl Fn(u32) -> bool) -> ResourceTable {
        let mut table = self.table;
        let patterns = (0..).zip(&table.patterns);
        let patterns = patterns.filter(|(_, pattern)| is_found(pattern.statement));
        let patterns = patterns.map(|(id, pattern)| (id, &pattern.resource));
        table.search = Search::new(table.patterns.len(), patterns);
        table
    }
}
