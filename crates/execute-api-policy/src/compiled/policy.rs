//! The compiled policy.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{builder::TableBuilder, statement::CompiledStatement, table::ResourceTable};
use crate::{
    document::PolicyDocument,
    heap::{HeapBytes, heap_bytes, shared},
};

/// A compiled policy. It is immutable, cheap to clone, and can be evaluated any number of times.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) compiled: Arc<Compiled>,
}

#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) document: PolicyDocument,
    pub(crate) statements: SmallVec<[CompiledStatement; 1]>,
    pub(crate) table: ResourceTable,
    /// The statements that the search of the table cannot find. Empty if the table has no search.
    pub(super) unindexed: Vec<u32>,
}

heap_bytes!(Compiled {
    statements,
    table,
    unindexed
});

/// Counts the document too, although clones of it may be in use elsewhere.
impl HeapBytes for Policy {
    fn heap_bytes(&self) -> usize {
        let document = &*self.compiled.document.members;
        shared(document) + shared(&*self.compiled)
    }
}

impl PolicyDocument {
    /// Prepares the policy for evaluation. This takes time linear in the size of the policy, except for a sort.
    #[must_use]
    pub fn compile(&self) -> Policy {
        let variables = self.has_variables();
        let mut table = TableBuilder::new(self.statements().len());
        let numbered = (0..).zip(self.statements());
        let statements: SmallVec<[CompiledStatement; 1]> = numbered
            .map(|(number, statement)| {
                let resources = table.add(number, statement, variables);
                CompiledStatement::new(statement, variables, resources)
            })
            .collect();
        let table = table.finish(|number| {
            let statement = statements.get(number as usize);
            statement.is_some_and(CompiledStatement::is_found_by_index)
        });
        let unindexed = match table.is_searched() {
            false => Vec::new(),
            true => {
                let numbered = (0..).zip(statements.iter());
                let others = numbered.filter(|(_, statement)| !statement.is_found_by_index());
                others.map(|(number, _)| number).collect()
            }
        };
        Policy {
            compiled: Arc::new(Compiled {
                document: self.clone(),
                statements,
                table,
                unindexed,
            }),
        }
    }
}

impl Policy {
    /// The document that the policy was compiled from.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.compiled.document
    }
}
