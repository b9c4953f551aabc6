//! The compiled policy.

use std::sync::{Arc, OnceLock};

use super::statements::CompiledStatements;
use crate::{
    document::PolicyDocument,
    evaluation::EvaluationRequest,
    heap::{HeapBytes, heap_bytes, shared},
    pattern::{Placeholder, Reach},
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
    /// The statements for the first placeholder of an API that a request had. Most policies are asked about none, and few
    /// about two.
    pub(super) for_any_api: OnceLock<Box<PlaceholderStatements>>,
}

/// The statements for requests with one placeholder of an API.
#[derive(Debug)]
pub(super) struct PlaceholderStatements {
    ignores_case: bool,
    head: String,
    name: String,
    stage: Option<String>,
    statements: CompiledStatements,
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
                statements: self.compiled_statements(Reach::default()),
                ignoring_case: OnceLock::new(),
                for_any_api: OnceLock::new(),
            }),
        }
    }

    fn compiled_statements(&self, reach: Reach<'_>) -> CompiledStatements {
        let statements = self.statements().iter();
        CompiledStatements::new(statements, self.has_variables(), reach)
    }
}

impl Policy {
    /// The document that the policy was compiled from.
    #[must_use]
    pub fn document(&self) -> &PolicyDocument {
        &self.compiled.document
    }

    /// Calls `look` with the statements as they have to be evaluated for this request.
    pub(crate) fn with_statements<R>(
        &self,
        request: &EvaluationRequest<'_>,
        look: impl FnOnce(&CompiledStatements) -> R,
    ) -> R {
        if request.covers_as_written() {
            look(&self.compiled.statements)
        } else {
            self.with_other_statements(request.reach(), look)
        }
    }

    /// The same for a request with which entries that exclude something cover more than what is written.
    #[cold] // Other requests would pay for it.
    #[inline(never)]
    fn with_other_statements<R>(
        &self,
        reach: Reach<'_>,
        look: impl FnOnce(&CompiledStatements) -> R,
    ) -> R {
        let compiled = &*self.compiled;
        let of_document = || compiled.document.compiled_statements(reach);
        let placeholder = match (reach.placeholder, reach.ignores_case) {
            (None, false) => return look(&compiled.statements),
            (None, true) => return look(compiled.ignoring_case.get_or_init(of_document)),
            (Some(placeholder), _) => placeholder,
        };
        let first = compiled.for_any_api.get_or_init(|| {
            Box::new(PlaceholderStatements {
                ignores_case: reach.ignores_case,
                head: placeholder.head.to_owned(),
                name: placeholder.name.to_owned(),
                stage: placeholder.stage.map(str::to_owned),
                statements: of_document(),
            })
        });
        if first.reach() == reach {
            look(&first.statements)
        } else {
            look(&of_document())
        }
    }
}

impl PlaceholderStatements {
    fn reach(&self) -> Reach<'_> {
        Reach {
            ignores_case: self.ignores_case,
            placeholder: Some(Placeholder {
                head: &self.head,
                name: &self.name,
                stage: self.stage.as_deref(),
            }),
        }
    }
}
