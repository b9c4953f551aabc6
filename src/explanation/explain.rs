//! Makes an explanation: each part from the circumstances, then the remedies from all parts.

use super::{Circumstances, Conclusion, Explanation, authorizer, cache, identity, remedies};
use crate::{
    pipeline::with_evaluation_request,
    policy::{EvaluationRequest, PolicyExplanation, without_clients_values},
};

impl Explanation {
    pub(crate) fn of(circumstances: &Circumstances, conclusion: Conclusion<'_>) -> Self {
        Self::with_policy(circumstances, conclusion, policy(circumstances))
    }

    /// Like [`of`](Self::of), but without the policy, because explaining it takes time for each statement.
    pub(crate) fn short(circumstances: &Circumstances, conclusion: Conclusion<'_>) -> Self {
        Self::with_policy(circumstances, conclusion, None)
    }

    fn with_policy(
        circumstances: &Circumstances,
        conclusion: Conclusion<'_>,
        policy: Option<PolicyExplanation>,
    ) -> Self {
        let settings = &circumstances.settings;
        let row = settings.kind.differences();
        let response = match conclusion {
            Conclusion::Refused(reason) => Some(settings.gateway_responses.explain(reason, row)),
            Conclusion::Allowed | Conclusion::Unguarded(_) => None,
        };
        let mut explanation = Self {
            allowed: response.is_none(),
            shadow: settings.is_shadow,
            reason: reason(circumstances, conclusion),
            api_type: row.api_type,
            method_arn: circumstances.with_target(|target| target.method_arn().to_string()),
            identity: identity::sources(circumstances),
            validation_expression: identity::validation(circumstances),
            cache: cache::explained(circumstances),
            authorizer_name: settings.distinguishing_name().map(str::to_owned),
            authorizer: authorizer::explained(circumstances, conclusion),
            policy,
            response,
            remedies: Vec::new(),
        };
        explanation.remedies = match conclusion {
            Conclusion::Refused(reason) => remedies::found(circumstances, reason, &explanation),
            Conclusion::Allowed => remedies::found_if_allowed(circumstances),
            Conclusion::Unguarded(_) => Vec::new(),
        };
        explanation
    }
}

fn reason(circumstances: &Circumstances, conclusion: Conclusion<'_>) -> String {
    match conclusion {
        Conclusion::Unguarded(reason) => reason.to_owned(),
        Conclusion::Refused(reason) => authorizer::problem(circumstances, reason),
        Conclusion::Allowed => match circumstances.policy() {
            Some(_) => "the policy allows the request".to_owned(),
            None => "the authorizer answered `isAuthorized: true`".to_owned(),
        },
    }
}

/// The explanation leaves out the values of condition keys that a client may have set.
pub(super) fn policy(circumstances: &Circumstances) -> Option<PolicyExplanation> {
    let policy = circumstances.policy()?.document().compile();
    let explain =
        |request: &EvaluationRequest<'_>| policy.explain(&without_clients_values(request));
    Some(
        circumstances
            .with_target(|target| with_evaluation_request(&circumstances.parts, target, explain)),
    )
}
