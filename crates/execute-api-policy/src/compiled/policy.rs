//! The compiled policy.

use std::sync::Arc;

use super::statements::CompiledStatements;
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
    pub(crate) statements: CompiledStatements,
}

heap_bytes!(Compiled { statements });

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
        Policy {
            compiled: Arc::new(Compiled {
                document: self.clone(),
                statements: CompiledStatements::new(self.statements().iter(), self.has_variables()),
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
