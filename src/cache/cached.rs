//! What is kept of an authorizer's answer.

use std::{sync::Arc, time::Duration};

use crate::{
    authorizer::AuthorizerResponse, authorizer_context::AuthorizerContext, decision::DenialReason,
    policy::Policy,
};

/// What came of asking an authorizer, for everybody who waited for it.
pub(crate) type Outcome = Result<Arc<Cached>, DenialReason>;

/// What an authorizer said, and of which request: what a policy is compiled from and processes share.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) response: AuthorizerResponse,
    /// The method ARN of the request that it was asked about.
    pub(crate) made_for: Box<str>,
}

/// What a look-up in the shared tier came to.
#[derive(Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "shared-cache"),
    expect(dead_code, reason = "without a shared tier nothing is found there")
)]
pub(crate) enum Loaded {
    Found {
        answer: Answer,
        /// How long it is still good; not more than the TTL of the process that stored it.
        remaining: Duration,
    },
    Missing,
    /// The tier failed, panicked or took too long, or what it has is not an intact value for this key.
    Failed,
}

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
    pub(crate) fn verified(answer: &Answer) -> Self {
        Self::Verified(Verified {
            policy: answer.response.policy_document().compile(),
            caller: AuthorizerContext::from(&answer.response),
            made_for: answer.made_for.clone(),
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
