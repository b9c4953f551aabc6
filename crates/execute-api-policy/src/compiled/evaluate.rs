//! Evaluates a compiled policy for a request.

use super::{
    decision::Decision,
    policy::Policy,
    prepared_request::{PreparedRequest, PreparedResource},
    statements::CompiledStatements,
    table::Covering,
};
use crate::{
    document::{PolicyDocument, Statement},
    effect::Effect,
    evaluation::{Evaluation, EvaluationRequest, Verdict},
};

impl Policy {
    /// Decides one request. A matching `Deny` wins over a matching `Allow`. If no statement matches, the request is
    /// implicitly denied.
    ///
    /// For each pattern, an evaluation takes time linear in the length of the request, and a policy with very many
    /// statements takes hardly more time than a small one. An evaluation allocates only in these cases:
    ///
    /// - The text between two stars of a pattern has a policy variable and either a `?` or more than 128 bytes.
    /// - Many patterns almost match at many places of the request.
    /// - The request [ignores case](EvaluationRequest::ignoring_case), or is one to an
    ///   [unknown API](EvaluationRequest::of_unknown_api).
    #[must_use]
    pub fn evaluate(&self, request: &EvaluationRequest<'_>) -> Evaluation<'_> {
        if request.ignores_case {
            let spellings = request.spellings_ignoring_case();
            self.evaluate_spelled(&request.with_other_spellings(&spellings))
        } else {
            self.evaluate_spelled(request)
        }
    }

    fn evaluate_spelled(&self, request: &EvaluationRequest<'_>) -> Evaluation<'_> {
        let decision = self.with_statements(request, |statements| statements.decide(request));
        let evaluation = self.document().evaluation(&decision);
        let is_read_otherwise = evaluation.verdict() == Verdict::Allow
            && !request.readings.is_empty()
            && self.reading_that_is_not_allowed(request).is_some();
        if is_read_otherwise {
            Evaluation::implicit_deny()
        } else {
            evaluation
        }
    }
}

impl PolicyDocument {
    /// The evaluation that results from a decision.
    pub(super) fn evaluation(&self, decision: &Decision) -> Evaluation<'_> {
        let statement = |number: u32| {
            let number = number as usize;
            let statement = self.statements().get(number);
            (number, statement.and_then(Statement::sid))
        };
        match (decision.deny(), decision.allow()) {
            (Some(number), _) => Evaluation::decided(Verdict::ExplicitDeny, statement(number)),
            (None, Some(number)) => Evaluation::decided(Verdict::Allow, statement(number)),
            (None, None) => Evaluation::implicit_deny(),
        }
    }
}

impl CompiledStatements {
    pub(super) fn decide(&self, request: &EvaluationRequest<'_>) -> Decision {
        let request = PreparedRequest::new(request);
        let mut decision = Decision::default();
        if self.table.is_searched() {
            for number in &self.unindexed {
                self.apply(*number, &request, &mut decision);
            }
            self.apply_indexed(&request, &mut decision);
        } else {
            for number in (0..).take(self.list.len()) {
                self.apply(number, &request, &mut decision);
            }
        }
        decision
    }

    fn apply(&self, number: u32, request: &PreparedRequest<'_>, decision: &mut Decision) {
        let Some(statement) = self.list.get(number as usize) else {
            return;
        };
        if decision.can_change_by(number, statement.effect)
            && statement.applies(&self.table, request)
        {
            decision.add(number, statement.effect);
        }
    }

    /// Patterns found by another spelling of the path count only in a `Deny`.
    fn apply_indexed(&self, prepared: &PreparedRequest<'_>, decision: &mut Decision) {
        let PreparedRequest {
            original: request,
            resource,
            other_spellings,
        } = prepared;
        let Some(spellings) = other_spellings else {
            self.apply_found(resource, Covering::AsReceived, request, decision, |_| true);
            return;
        };
        self.apply_found(resource, Covering::AnySpelling, request, decision, |_| true);
        for spelling in spellings {
            let is_deny = |effect| effect == Effect::Deny;
            self.apply_found(spelling, Covering::AnySpelling, request, decision, is_deny);
        }
    }

    fn apply_found(
        &self,
        resource: &PreparedResource<'_>,
        covering: Covering,
        request: &EvaluationRequest<'_>,
        decision: &mut Decision,
        counts: impl Fn(Effect) -> bool,
    ) {
        let Self { list, table, .. } = self;
        table.candidates(resource.name.text(), |pattern| {
            let Some(number) = table.statement(pattern) else {
                return;
            };
            let Some(statement) = list.get(number as usize) else {
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
}
