//! Evaluates a compiled policy for a request.

use super::{
    policy::{Compiled, Policy},
    table::Covering,
};
use crate::{
    document::Statement,
    effect::Effect,
    evaluation::{Evaluation, EvaluationRequest, RequestResource, Verdict},
};

impl Policy {
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
