//! Makes an explanation: each part from the circumstances, then the remedies from all parts.

use super::{Circumstances, Explanation, Outcome, authorizer, cache, identity, remedies};
use crate::{
    pipeline::with_question,
    policy::{EvaluationRequest, PolicyExplanation, without_clients_values},
};

impl Explanation {
    pub(crate) fn of(circumstances: &Circumstances, outcome: Outcome<'_>) -> Self {
        Self::with_policy(circumstances, outcome, policy(circumstances))
    }

    /// Like [`of`](Self::of), but without the policy, because explaining it takes time for each statement.
    pub(crate) fn short(circumstances: &Circumstances, outcome: Outcome<'_>) -> Self {
        Self::with_policy(circumstances, outcome, None)
    }

    fn with_policy(
        circumstances: &Circumstances,
        outcome: Outcome<'_>,
        policy: Option<PolicyExplanation>,
    ) -> Self {
        let settings = &circumstances.settings;
        let row = settings.kind.differences();
        let response = match outcome {
            Outcome::Refused(reason) => Some(settings.gateway_responses.explain(reason, row)),
            Outcome::Allowed | Outcome::Unguarded(_) => None,
        };
        let mut explanation = Self {
            allowed: response.is_none(),
            shadow: settings.is_shadow,
            reason: reason(circumstances, outcome),
            api_type: row.api_type,
            method_arn: circumstances.with_target(|target| target.method_arn().to_string()),
            identity: identity::sources(circumstances),
            validation_expression: identity::validation(circumstances),
            cache: cache::explained(circumstances),
            authorizer: authorizer::explained(circumstances, outcome),
            policy,
            response,
            remedies: Vec::new(),
        };
        if let Outcome::Refused(reason) = outcome {
            explanation.remedies = remedies::found(circumstances, reason, &explanation);
        }
        explanation
    }
}

fn reason(circumstances: &Circumstances, outcome: Outcome<'_>) -> String {
    match outcome {
        Outcome::Unguarded(reason) => reason.to_owned(),
        Outcome::Refused(reason) => authorizer::problem(circumstances, reason),
        Outcome::Allowed => match circumstances.policy() {
            Some(_) => "the policy allows the request".to_owned(),
            None => "the authorizer answered `isAuthorized: true`".to_owned(),
        },
    }
}

/// The explanation leaves out the values of condition keys that a client may have set.
pub(super) fn policy(circumstances: &Circumstances) -> Option<PolicyExplanation> {
    let policy = circumstances.policy()?.document().compile();
    let explain =
        |question: &EvaluationRequest<'_>| policy.explain(&without_clients_values(question));
    Some(circumstances.with_target(|target| with_question(&circumstances.parts, target, explain)))
}
