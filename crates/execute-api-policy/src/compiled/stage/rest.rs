//! The statements of a policy that cannot be specialised.

use crate::{
    compiled::{decision::Decision, statements::CompiledStatements},
    document::PolicyDocument,
    effect::Effect,
    evaluation::EvaluationRequest,
    heap::heap_bytes,
    pattern::Reach,
};

/// The statements that only the general evaluator can evaluate.
#[derive(Debug)]
pub struct Rest {
    statements: CompiledStatements,
    /// For each statement, its number in the policy, in ascending order.
    numbers: Vec<u32>,
    /// The first of the statements with each effect.
    first: Decision,
}

heap_bytes!(Rest {
    statements,
    numbers
});

/// The decision of the statements of a [`Rest`], with their numbers in the policy.
#[derive(Debug)]
#[must_use]
pub struct RestDecision {
    deny: Option<u32>,
    allow: Option<u32>,
}

impl Rest {
    /// Takes the statements with these numbers.
    pub(super) fn new(document: &PolicyDocument, numbers: Vec<u32>, reach: Reach<'_>) -> Self {
        let all = document.statements();
        let mut first = Decision::default();
        let mut statements = Vec::with_capacity(numbers.len());
        for number in &numbers {
            let Some(statement) = all.get(*number as usize) else {
                continue;
            };
            first.add(*number, statement.effect);
            statements.push(statement);
        }
        Self {
            statements: CompiledStatements::new(
                statements.into_iter(),
                document.has_variables(),
                reach,
            ),
            numbers,
            first,
        }
    }

    /// Evaluates the statements.
    pub fn decide(&self, request: &EvaluationRequest<'_>) -> RestDecision {
        let decision = self.statements.decide(request);
        let number = |at: u32| self.numbers.get(at as usize).copied();
        RestDecision {
            deny: decision.deny().and_then(number),
            allow: decision.allow().and_then(number),
        }
    }

    /// Whether one of the statements can change the decision.
    pub(super) fn can_change(&self, decision: &Decision) -> bool {
        let can = |number: Option<u32>, effect| {
            number.is_some_and(|number| decision.can_change_by(number, effect))
        };
        can(self.first.deny(), Effect::Deny) || can(self.first.allow(), Effect::Allow)
    }
}

impl RestDecision {
    pub(super) fn added_to(self, mut decision: Decision) -> Decision {
        for (number, effect) in [(self.deny, Effect::Deny), (self.allow, Effect::Allow)] {
            if let Some(number) = number {
                decision.add(number, effect);
            }
        }
        decision
    }
}
