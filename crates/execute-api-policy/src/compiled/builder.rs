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
    pattern::{ForAnyApi, HeadPattern, Reach, ResourceText, TextPattern, Wildcard, other_patterns},
};

/// The first few heads are found by a linear scan, without hashing.
const FIRST_HEADS: usize = 4;

/// Builds a table that stores each head once, even if many entries share it.
pub(super) struct TableBuilder<'d> {
    table: ResourceTable,
    reach: Reach<'d>,
    /// The last ARN up to its resource, and its head. Most entries of a policy begin like the one before.
    last: Option<(&'d str, u32)>,
    /// Policies rarely have more heads than fit here.
    first_heads: SmallVec<[(&'d str, u32); FIRST_HEADS]>,
    other_heads: HashMap<&'d str, u32>,
}

/// An entry of `Resource` or `NotResource`.
enum Entry<'d> {
    Everything,
    NotAnArn,
    Arn { head: u32, resource: &'d str },
}

/// What an entry covers besides what is written.
#[derive(Default)]
struct Others {
    /// As in [`ResourcePattern`](crate::pattern::ResourcePattern).
    patterns: Vec<TextPattern>,
    /// What it covers for the placeholder, with the placeholder's head.
    for_any_api: Option<(u32, ForAnyApi)>,
}

impl<'d> TableBuilder<'d> {
    pub(super) fn new(statements: usize, reach: Reach<'d>) -> Self {
        Self {
            table: ResourceTable {
                patterns: SmallVec::with_capacity(statements),
                ..ResourceTable::default()
            },
            reach,
            last: None,
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
        let start = self.table.len();
        let mut resources = Resources {
            excluding,
            everything: false,
            broken: false,
            fixed: start..start,
            variable: Vec::new(),
        };
        for (index, text) in statement.resources.texts().iter().enumerate() {
            let variables = variables || statement.resources.is_escaped(index);
            match self.entry(text) {
                Entry::Everything => resources.everything = true,
                Entry::NotAnArn => resources.broken = true,
                Entry::Arn { head, resource } => {
                    let others = if with_others {
                        self.others(text, resource, variables)
                    } else {
                        Others::default()
                    };
                    match TextPattern::new(resource, variables) {
                        TextPattern::Fixed(resource) => {
                            self.push_all(number, head, resource, others);
                        }
                        resource @ TextPattern::Variable(_) => {
                            resources.variable.push(VariableResource {
                                head,
                                resource,
                                others: others.patterns,
                                for_any_api: others.for_any_api.map(Box::new),
                            });
                        }
                    }
                }
            }
        }
        resources.fixed.end = self.table.len();
        resources
    }

    /// Splits an entry, and finds its head.
    fn entry(&mut self, text: &'d str) -> Entry<'d> {
        if let Some((beginning, head)) = self.last {
            if let Some(resource) = text.strip_prefix(beginning) {
                return Entry::Arn { head, resource };
            }
        }
        match ResourceText::new(text) {
            ResourceText::Everything => Entry::Everything,
            ResourceText::NotAnArn(_) => Entry::NotAnArn,
            ResourceText::Arn { head, resource } => {
                let beginning = text.get(.."arn:".len() + head.len() + ":".len());
                let head = self.head(head);
                // A short ARN has no colon after its head.
                self.last = beginning.map(|beginning| (beginning, head));
                Entry::Arn { head, resource }
            }
        }
    }

    /// What an entry that excludes covers besides what is written.
    fn others(&mut self, text: &str, resource: &str, variables: bool) -> Others {
        Others {
            patterns: other_patterns(resource, variables, self.reach.ignores_case),
            for_any_api: self.for_any_api(text, variables),
        }
    }

    /// Adds all patterns of an entry without variables.
    fn push_all(&mut self, statement: u32, head: u32, resource: Wildcard, others: Others) {
        self.push(statement, head, resource, false);
        for other in others.patterns {
            if let TextPattern::Fixed(other) = other {
                self.push(statement, head, other, true);
            }
        }
        if let Some((head, entry)) = others.for_any_api {
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
