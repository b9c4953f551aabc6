//! The compiled policy.

use std::sync::{Arc, OnceLock};

use super::statements::CompiledStatements;
use crate::{
    document::PolicyDocument,
    evaluation::EvaluationRequest,
    heap::{HeapBytes, heap_bytes, shared},
};

/// A compiled policy. It is immutable, cheap to clone, and can be evaluated any number of times.
///
/// ```
/// use execute_api_policy::{EvaluationRequest, PolicyDocument, Verdict};
///
/// let policy = PolicyDocument::from_json(br#"{"Statement": {
///     "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*:*:*/prod/GET/pets/*"
/// }}"#)?
/// .compile();
///
/// for (path, verdict) in [("pets/7", Verdict::Allow), ("pets", Verdict::ImplicitDeny)] {
///     let arn = format!("arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/{path}");
///     assert_eq!(policy.evaluate(&EvaluationRequest::invoke(&arn)).verdict(), verdict, "{path}");
/// }
/// # Ok::<(), execute_api_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) compiled: Arc<Compiled>,
}

#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) document: PolicyDocument,
    pub(super) statements: CompiledStatements,
    /// The statements for requests that ignore case. Almost no policy gets any.
    pub(super) ignoring_case: OnceLock<CompiledStatements>,
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
                statements: self.compiled_statements(false),
                ignoring_case: OnceLock::new(),
            }),
        }
    }

    fn compiled_statements(&self, ignores_case: bool) -> CompiledStatements {
        let statements = self.statements().iter();
        CompiledStatements::new(statements, self.has_variables(), ignores_case)
    }
}

impl Policy {
    /// The document that the policy was compiled from.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.compiled.document
    }

    /// The statements as they have to be evaluated for this request.
    pub(crate) fn statements(&self, request: &EvaluationRequest<'_>) -> &CompiledStatements {
        let compiled = &*self.compiled;
        if request.ignores_case {
            let of_document = || compiled.document.compiled_statements(true);
            compiled.ignoring_case.get_or_init(of_document)
        } else {
            &compiled.statements
        }
    }
}
