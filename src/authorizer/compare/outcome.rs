//! What an authorizer's answer means for one request.

use super::keys::KnownKeys;
use crate::{
    authorizer::{
        AuthorizerContext, AuthorizerError, AuthorizerErrorKind, AuthorizerRequest,
        AuthorizerResponse, accept, answer::Answered, bounded,
    },
    policy::{self, PolicyDocument, Verdict},
};

/// What an authorizer's answer means for the request that it was asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ComparedOutcome {
    /// It allows the request.
    Allowed,
    /// It denies the request: 403.
    Denied,
    /// Its policy has a condition on a key that authorizers cannot see: `aws:SecureTransport`, a client's address that
    /// is not known, or a key of the application. The layer decides this for each request.
    Conditional,
    /// It answers `Unauthorized`: 401.
    Unauthorized,
    /// It fails, or its answer cannot be used: 500.
    #[non_exhaustive]
    Failed {
        /// The message of the failure. It may contain text from the authorizer.
        problem: String,
    },
    /// The watched authorizer did not answer in time.
    TimedOut,
}

impl ComparedOutcome {
    /// The texts of two failures need not be equal.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }

    pub(super) fn verb(&self) -> &'static str {
        match self {
            Self::Allowed => "allows it",
            Self::Denied => "denies it",
            Self::Conditional => "decides by a condition",
            Self::Unauthorized => "answers `Unauthorized`",
            Self::Failed { .. } => "fails",
            Self::TimedOut => "has not answered in time",
        }
    }
}

/// An outcome, and the other parts of the answer that are compared.
pub(super) struct Compared {
    pub(super) outcome: ComparedOutcome,
    pub(super) caller: Option<AuthorizerContext>,
    pub(super) policy: Option<PolicyDocument>,
}

impl Compared {
    pub(super) fn of(
        request: &AuthorizerRequest,
        answered: &Result<AuthorizerResponse, AuthorizerError>,
    ) -> Self {
        match answered {
            Ok(response) => Self::of_response(request, response),
            Err(error) => match error.kind() {
                AuthorizerErrorKind::Unauthorized => {
                    Self::without_answer(ComparedOutcome::Unauthorized)
                }
                AuthorizerErrorKind::Failed | AuthorizerErrorKind::MalformedResponse => {
                    Self::failed(error.to_string())
                }
            },
        }
    }

    pub(super) fn failed(problem: String) -> Self {
        let problem = bounded(problem);
        Self::without_answer(ComparedOutcome::Failed { problem })
    }

    pub(super) fn without_answer(outcome: ComparedOutcome) -> Self {
        Self {
            outcome,
            caller: None,
            policy: None,
        }
    }

    fn of_response(request: &AuthorizerRequest, response: &AuthorizerResponse) -> Self {
        let rules = &request.facts().differences.answers;
        let accepted = match accept(rules, response.clone()) {
            Ok(accepted) => accepted,
            Err(answer) => return Self::failed(answer.problem),
        };
        let (outcome, policy) = match accepted.answered {
            Answered::Simple(true) => (ComparedOutcome::Allowed, None),
            Answered::Simple(false) => (ComparedOutcome::Denied, None),
            Answered::Policy(policy) => (decide(request, &policy), Some(policy)),
        };
        Self {
            outcome,
            caller: Some(accepted.caller),
            policy,
        }
    }
}

fn decide(request: &AuthorizerRequest, policy: &PolicyDocument) -> ComparedOutcome {
    let keys = KnownKeys::of(request);
    let spellings = &request.facts().spellings;
    let known = request.api().known();
    let request = spellings.evaluation_request(request.method_arn().as_str());
    let request = policy::knowing(request.with_keys(&keys), known);
    let verdict = policy.compile().evaluate(&request).verdict();
    match verdict {
        _ if keys.asked_unknown() => ComparedOutcome::Conditional,
        Verdict::Allow => ComparedOutcome::Allowed,
        _ => ComparedOutcome::Denied,
    }
}
