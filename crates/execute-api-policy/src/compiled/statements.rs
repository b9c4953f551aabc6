//! Compiled statements and the search among them.

use smallvec::SmallVec;

use super::{builder::TableBuilder, statement::CompiledStatement, table::ResourceTable};
use crate::{document::Statement, heap::heap_bytes, pattern::Reach};

/// Statements that are evaluated together. They are numbered in their order.
#[derive(Debug)]
pub(crate) struct CompiledStatements {
    pub(crate) list: SmallVec<[CompiledStatement; 1]>,
    pub(crate) table: ResourceTable,
    /// The statements that the search of the table cannot find. Empty if the table has no search.
    pub(super) unindexed: Vec<u32>,
}

heap_bytes!(CompiledStatements {
    list,
    table,
    unindexed
});

impl CompiledStatements {
    /// Takes time linear in the size of the statements, except for a sort.
    pub(super) fn new<'d>(
        statements: impl ExactSizeIterator<Item = &'d Statement>,
        variables: bool,
        reach: Reach<'d>,
    ) -> Self {
        let mut table = TableBuilder::new(statements.len(), reach);
        let numbered = (0..).zip(statements);
        let list: SmallVec<[CompiledStatement; 1]> = numbered
            .map(|(number, statement)| {
                let resources = table.add(number, statement, variables);
                CompiledStatement::new(statement, variables, resources)
            })
            .collect();
        let table = table.finish(|number| {
            let statement = list.get(number as usize);
            statement.is_some_and(CompiledStatement::is_found_by_index)
        });
        let unindexed = if table.is_searched() {
            let numbered = (0..).zip(list.iter());
            let others = numbered.filter(|(_, statement)| !statement.is_found_by_index());
            others.map(|(number, _)| number).collect()
        } else {
            Vec::new()
        };
        Self {
            list,
            table,
            unindexed,
        }
    }
}
