//! What is kept of an authorizer's answer.

use std::sync::Arc;

use crate::{
    authorizer::AuthorizerResponse, authorizer_context::AuthorizerContext, decision::DenialReason,
    policy::Policy,
};

/// What came of asking an authorizer, for everybody who waited for it.
pub(crate) type Outcome = Result<Arc<Cached>, DenialReason>;

/// A result that can be kept.
#[derive(Debug)]
pub(crate) enum Cached {
    /// The authorizer answered with a policy.
    Verified(Verified),
    /// It said `Unauthorized`. Kept only where the application wants that.
    Unauthorized,
}

/// The policy, compiled, and what the protected service is given. Not a verdict: the policy is evaluated for
/// every request.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) policy: Policy,
    pub(crate) caller: AuthorizerContext,
    /// The method ARN of the request that the authorizer was asked about.
    pub(crate) made_for: Box<str>,
}

impl Cached {
    pub(crate) fn verified(response: &AuthorizerResponse, made_for: &str) -> Self {
        Self::Verified(Verified {
            policy: response.policy_document().compile(),
            caller: AuthorizerContext::from(response),
            made_for: made_for.into(),
        })
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Verified(verified) => {
                let own = size_of::<Self>() + verified.made_for.len();
                own + verified.policy.bytes() + verified.caller.bytes()
            }
            Self::Unauthorized => size_of::<Self>(),
        }
    }
}
