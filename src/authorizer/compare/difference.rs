//! A difference between two authorizers.

use std::fmt;

use super::outcome::{Compared, ComparedOutcome};
use crate::{
    authorizer::{AuthorizerContext, AuthorizerRequest},
    policy::OneLine,
};

/// How two authorizers that are [compared](super::compare) differ for one request.
///
/// There is a difference if they do not decide alike, or if their principals, contexts or policies differ. A policy can
/// differ although both allow the request: from the cache, it also decides other requests. The order and the `Sid` of
/// statements count. The policies are evaluated with the condition keys that authorizers can see; see
/// [`ComparedOutcome::Conditional`].
///
/// [`Display`](fmt::Display) writes one line, with no value of the context and no message of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    method_arn: String,
    deciding: ComparedOutcome,
    watched: ComparedOutcome,
    is_principal_different: bool,
    context_keys: Vec<String>,
    is_policy_different: bool,
}

impl Difference {
    pub(super) fn between(
        request: &AuthorizerRequest,
        deciding: Compared,
        watched: Compared,
    ) -> Option<Self> {
        let is_policy_different = match (&deciding.policy, &watched.policy) {
            (Some(deciding), Some(watched)) => deciding != watched,
            _ => false,
        };
        let (is_principal_different, context_keys) = match (&deciding.caller, &watched.caller) {
            (Some(deciding), Some(watched)) => {
                let is_different = deciding.principal_id() != watched.principal_id();
                (is_different, different_keys(deciding, watched))
            }
            _ => (false, Vec::new()),
        };
        let is_same = deciding.outcome.is_like(&watched.outcome)
            && !is_policy_different
            && !is_principal_different
            && context_keys.is_empty();
        (!is_same).then(|| Self {
            method_arn: request.method_arn().to_string(),
            deciding: deciding.outcome,
            watched: watched.outcome,
            is_principal_different,
            context_keys,
            is_policy_different,
        })
    }

    /// The ARN of the request that both were asked about.
    #[must_use]
    pub fn method_arn(&self) -> &str {
        &self.method_arn
    }

    /// What the deciding authorizer's answer means for the request.
    #[must_use]
    pub fn deciding(&self) -> &ComparedOutcome {
        &self.deciding
    }

    /// What the watched authorizer's answer would mean for the request.
    #[must_use]
    pub fn watched(&self) -> &ComparedOutcome {
        &self.watched
    }

    /// Whether the two decide differently about the request.
    #[must_use]
    pub fn is_decision_different(&self) -> bool {
        !self.deciding.is_like(&self.watched)
    }

    /// Whether the two answers name different principals.
    #[must_use]
    pub fn is_principal_different(&self) -> bool {
        self.is_principal_different
    }

    /// Whether the two answers have different policies.
    #[must_use]
    pub fn is_policy_different(&self) -> bool {
        self.is_policy_different
    }

    /// The keys of the context whose values differ, and `usageIdentifierKey` if that differs, in alphabetical order. The
    /// values are compared as the service receives them.
    #[must_use]
    pub fn context_keys(&self) -> &[String] {
        &self.context_keys
    }
}

fn different_keys(deciding: &AuthorizerContext, watched: &AuthorizerContext) -> Vec<String> {
    let keys = deciding.iter().chain(watched.iter()).map(|(key, _)| key);
    let mut different: Vec<_> = keys
        .filter(|key| deciding.value(key) != watched.value(key))
        .map(str::to_owned)
        .collect();
    if deciding.usage_identifier_key() != watched.usage_identifier_key() {
        different.push("usageIdentifierKey".to_owned());
    }
    different.sort_unstable();
    different.dedup();
    different
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (deciding, watched) = (self.deciding.verb(), self.watched.verb());
        write!(f, "{}: ", OneLine(&self.method_arn))?;
        if self.is_decision_different() {
            write!(
                f,
                "the deciding authorizer {deciding}, the watched one {watched}"
            )?;
        } else {
            write!(f, "each of the authorizers {deciding}")?;
        }
        if self.is_principal_different {
            f.write_str("; the principals differ")?;
        }
        if !self.context_keys.is_empty() {
            let keys = self.context_keys.join(", ");
            write!(f, "; the contexts differ in {}", OneLine(keys))?;
        }
        if self.is_policy_different {
            f.write_str("; the policies differ")
        } else {
            Ok(())
        }
    }
}
