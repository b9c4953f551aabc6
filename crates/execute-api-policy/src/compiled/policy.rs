//! The compiled policy and its evaluation.

use std::sync::Arc;

use smallvec::SmallVec;

use super::{
    builder::TableBuilder,
    statement::CompiledStatement,
    table::{Covering, ResourceTable},
};
use crate::{
    document::{PolicyDocument, Statement},
    effect::Effect,
    evaluation::{Evaluation, EvaluationRequest, RequestResource, Verdict},
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
    unindexed: Vec<u32>,
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

    /// Decides one request. A matching `Deny` wins over a matching `Allow`. If no statement matches, the request is
    /// implicitly denied.
    ///
    /// An evaluation takes time linear in the length of the request, and hardly more for a policy of very many
    /// statements. It allocates only if the text between two stars of a pattern has a `?` and more than 1024
    /// characters, or a policy variable and more than 128 bytes.
    #[must_use]
    pub fn evaluate(&self, request: &EvaluationRequest<'_>) -> Evaluation<'_> {
        self.evaluation(&self.decide(request))
    }

    /// Evaluates like [`evaluate`](Self::evaluate), but returns `None` for an `Allow` and does not work out its
    /// statement.
    #[inline]
    pub(crate) fn denial(&self, request: &EvaluationRequest<'_>) -> Option<Evaluation<'_>> {
        let decision = self.decide(request);
        let is_denied = decision.deny.is_some() || decision.allow.is_none();
        is_denied.then(|| self.evaluation(&decision))
    }

    #[inline]
    fn decide(&self, request: &EvaluationRequest<'_>) -> Decision {
        let mut decision = Decision::default();
        match self.compiled.table.is_searched() {
            false => {
                for number in (0..).take(self.compiled.statements.len()) {
                    self.apply(number, request, &mut decision);
                }
            }
            true => {
                for number in &self.compiled.unindexed {
                    self.apply(*number, request, &mut decision);
                }
                self.apply_indexed(request, &mut decision);
            }
        }
        decision
    }

    fn apply(&self, number: u32, request: &EvaluationRequest<'_>, decision: &mut Decision) {
        let Some(statement) = self.compiled.statements.get(number as usize) else {
            return;
        };
        if decision.can_change_by(number, statement.effect)
            && statement.applies(&self.compiled.table, request)
        {
            decision.add(number, statement.effect);
        }
    }

    /// Patterns found by another spelling of the path count only in a `Deny`.
    #[inline]
    fn apply_indexed(&self, request: &EvaluationRequest<'_>, decision: &mut Decision) {
        let Some(spellings) = request.other_spellings else {
            self.apply_found(
                &request.resource,
                Covering::AsReceived,
                request,
                decision,
                |_| true,
            );
            return;
        };
        self.apply_found(
            &request.resource,
            Covering::AnySpelling,
            request,
            decision,
            |_| true,
        );
        for spelling in spellings {
            let resource = RequestResource::new(spelling);
            let is_deny = |effect| effect == Effect::Deny;
            self.apply_found(&resource, Covering::AnySpelling, request, decision, is_deny);
        }
    }

    #[inline]
    fn apply_found(
        &self,
        resource: &RequestResource<'_>,
        covering: Covering,
        request: &EvaluationRequest<'_>,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool,
    ) {
        let Compiled {
            table, statements, ..
        } = &*self.compiled;
        table.candidates(resource.name, |pattern| {
            let Some(number) = table.statement(pattern) else {
                return;
            };
            let Some(statement) = statements.get(number as usize) else {
                return;
            };
            // Only a few of the patterns that are found can still change the decision. The others are not matched.
            if counts(statement.effect)
                && decision.can_change_by(number, statement.effect)
                && table.pattern_covers(pattern, resource, covering)
                && statement.action_applies(request)
                && statement.conditions_hold(request)
            {
                decision.add(number, statement.effect);
            }
        });
    }

    fn evaluation(&self, decision: &Decision) -> Evaluation<'_> {
        let statement = |number: u32| {
            let number = number as usize;
            let statement = self.document().statements().get(number);
            (number, statement.and_then(Statement::sid))
        };
        match (decision.deny, decision.allow) {
            (Some(number), _) => Evaluation::decided(Verdict::ExplicitDeny, statement(number)),
            (None, Some(number)) => Evaluation::decided(Verdict::Allow, statement(number)),
            (None, None) => Evaluation::implicit_deny(),
        }
    }
}

/// For each effect, the first statement known to apply.
#[derive(Default)]
struct Decision {
    deny: Option<u32>,
    allow: Option<u32>,
}

impl Decision {
    fn can_change_by(&self, number: u32, effect: Effect) -> bool {
        let earlier = |known: Option<u32>| known.is_none_or(|known| number < known);
        match effect {
            Effect::Deny => earlier(self.deny),
            Effect::Allow => self.deny.is_none() && earlier(self.allow),
        }
    }

    fn add(&mut self, number: u32, effect: Effect) {
        match effect {
            Effect::Deny => self.deny = Some(number),
            Effect::Allow => self.allow = Some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(statements: &str) -> Verdict {
        let text = format!(r#"{{"Statement":[{statements}]}}"#);
        let policy = PolicyDocument::from_json(text.as_bytes())
            .unwrap()
            .compile();
        let request = EvaluationRequest::invoke("arn:aws:execute-api:r:1:a/prod/GET/admin");
        policy.evaluate(&request).verdict()
    }

    #[test]
    fn a_deny_with_an_invalid_entry_denies_every_request() {
        let allow = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        assert_eq!(verdict(allow), Verdict::Allow);
        for deny in [
            r#""Action":"*","Resource":"execute-api:/prod/GET/admin""#,
            r#""Action":"*","Resource":"/admin""#,
            r#""Action":"*","Resource":" arn:aws:execute-api:*:*:*""#,
            r#""Action":"*:*","Resource":"*""#,
            r#""Action":":Invoke","Resource":"*""#,
            r#""Action":"execute-api :Invoke","Resource":"*""#,
            r#""NotAction":"*:*","Resource":"*""#,
            r#""Action":"*","NotResource":[]"#,
        ] {
            let statements = format!(r#"{allow},{{"Effect":"Deny",{deny}}}"#);
            assert_eq!(verdict(&statements), Verdict::ExplicitDeny, "{deny}");
        }
    }

    #[test]
    fn an_allow_with_an_invalid_exception_allows_no_request() {
        for allow in [
            r#""NotAction":"*:*","Resource":"*""#,
            r#""NotAction":["s3:*","execute-api*:Invoke"],"Resource":"*""#,
            r#""NotAction":[],"Resource":"*""#,
            r#""Action":"*","NotResource":[]"#,
            r#""Action":"*","NotResource":"/admin""#,
            r#""Action":"*","Resource":"/admin""#,
        ] {
            let statement = format!(r#"{{"Effect":"Allow",{allow}}}"#);
            assert_eq!(verdict(&statement), Verdict::ImplicitDeny, "{allow}");
        }
    }
    /// The same policy without a search, so that every statement is looked at.
    fn without_search(policy: &Policy) -> Policy {
        let compiled = &*policy.compiled;
        let compiled = Compiled {
            document: compiled.document.clone(),
            statements: compiled.statements.clone(),
            table: compiled.table.without_search(),
            unindexed: Vec::new(),
        };
        Policy {
            compiled: Arc::new(compiled),
        }
    }

    /// Compares both ways of evaluation for all triples of statements, alone and among other statements.
    #[test]
    fn the_search_does_not_change_the_decision() {
        let statements = [
            r#""Allow","Action":"*","Resource":"*""#,
            r#""Allow","Action":"*","Resource":"arn:*:*:*:*:admin""#,
            r#""Allow","Action":"*","Resource":"arn:*:*:*:*:%61dmin""#,
            r#""Allow","Action":"*","Resource":"arn:*:s3:*:*:admin""#,
            r#""Allow","Action":"s3:*","Resource":"arn:*:*:*:*:admin""#,
            r#""Allow","Action":"*","NotResource":"arn:*:*:*:*:admin""#,
            r#""Allow","Action":"*","Resource":"arn:*:*:*:*:admin","Condition":{"Null":{"k":"false"}}"#,
            r#""Deny","Action":"*","Resource":"/admin""#,
            r#""Deny","Action":"*","Resource":"arn:*:*:*:*:*min""#,
            r#""Deny","Action":"*","Resource":"arn:*:*:*:*:%61dmin""#,
            r#""Deny","Action":"s3:*","Resource":"arn:*:*:*:*:admin""#,
            r#""Deny","Action":"*","Resource":"arn:*:*:*:*:${k, 'admin'}""#,
            r#""Deny","Action":"*","Resource":"arn:*:*:*:*:admin","Condition":{"Null":{"k":"false"}}"#,
        ];
        let others: Vec<_> = (0..20)
            .map(|n| format!(r#""Allow","Action":"*","Resource":"arn:*:*:*:*:{n}""#))
            .collect();
        let policy = |statements: &[&str]| {
            let statements = statements
                .iter()
                .map(|text| format!(r#"{{"Effect":{text}}}"#));
            let statements = statements.collect::<Vec<_>>().join(",");
            let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
            PolicyDocument::from_json(text.as_bytes())
                .unwrap()
                .compile()
        };
        let [admin, encoded, pets] =
            ["admin", "%61dmin", "pets"].map(|path| format!("arn:aws:execute-api:r:1:{path}"));
        let spellings = [admin.clone(), "admin".to_owned()];
        let mut requests = Vec::new();
        for arn in [&admin, &encoded, &pets] {
            let request = EvaluationRequest::invoke(arn);
            requests.extend([request, request.with_other_spellings(&spellings)]);
        }
        let mut verdicts = std::collections::HashSet::new();
        for a in statements {
            for b in statements {
                for c in statements {
                    let few = policy(&[a, b, c]);
                    let mut all = vec![a, b, c];
                    all.extend(others.iter().map(String::as_str));
                    let many = policy(&all);
                    let each = without_search(&few);
                    for request in &requests {
                        let expected = each.evaluate(request);
                        assert_eq!(few.evaluate(request), expected, "{a} {b} {c} {request:?}");
                        assert_eq!(many.evaluate(request), expected, "{a} {b} {c} {request:?}");
                        verdicts.insert(expected.verdict());
                    }
                }
            }
        }
        assert_eq!(
            verdicts.len(),
            3,
            "the test needs all verdicts: {verdicts:?}"
        );
    }
    fn statements(statements: impl Iterator<Item = String>) -> Policy {
        let statements = statements.collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        PolicyDocument::from_json(text.as_bytes())
            .unwrap()
            .compile()
    }

    #[test]
    fn entries_with_many_different_heads_match_their_own_head() {
        let policy = statements((0..8).chain(0..8).map(|n| {
            format!(r#"{{"Effect":"Allow","Action":"*","Resource":"arn:aws:s{n}:r:1:a"}}"#)
        }));
        for n in 0..8 {
            let arn = format!("arn:aws:s{n}:r:1:a");
            let evaluation = policy.evaluate(&EvaluationRequest::invoke(&arn));
            assert_eq!(evaluation.statement(), Some(n));
        }
        let request = EvaluationRequest::invoke("arn:aws:s9:r:1:a");
        assert_eq!(policy.evaluate(&request).verdict(), Verdict::ImplicitDeny);
    }

    #[test]
    fn only_statements_that_the_search_cannot_find_are_unindexed() {
        let resource = |effect: &str, resource: &str| {
            format!(r#"{{"Effect":"{effect}","Action":"*",{resource}}}"#)
        };
        let allow = |n: usize| resource("Allow", &format!(r#""Resource":"arn:*:*:*:*:{n}""#));
        let searched = |count| {
            statements((0..count).map(allow))
                .compiled
                .table
                .is_searched()
        };
        assert!(!searched(0) && searched(1) && searched(2) && searched(16) && searched(17));
        let kinds = [
            resource("Deny", r#""Resource":"arn:*:*:*:*:x""#),
            resource("Allow", r#""Resource":"/no-arn""#),
            resource("Deny", r#""Resource":"/no-arn""#),
            resource("Allow", r#""Resource":"*""#),
            resource("Allow", r#""NotResource":"arn:*:*:*:*:x""#),
            resource("Allow", r#""Resource":"arn:*:*:*:*:${k}""#),
        ];
        for count in [1, 2, 17] {
            let policy = statements((0..count).map(allow).chain(kinds.clone()));
            let expected = [2, 3, 4, 5].map(|kind| (count + kind) as u32);
            assert_eq!(policy.compiled.unindexed, expected);
        }
    }
}
