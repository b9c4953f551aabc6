//! The outcomes that a test can expect of a request.

use std::fmt;

use super::{TestResponse, trail::Decision};
use crate::{decision::DenialReason, gateway_response::ResponseType};

/// One outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    Allowed,
    /// Answered by a service that no layer guards.
    Unguarded,
    Unauthorized,
    Denied,
    /// Denied by the statement with this `Sid`.
    DeniedBy(String),
    AuthorizerBroken,
    Status(u16),
}

impl Expected {
    pub(super) fn is_met_by(&self, response: &TestResponse) -> bool {
        let refused_as = |of_type| {
            // The reason decides, even if the response has another type.
            let denial = response.denial();
            denial.is_some_and(|denial| denial.reason().response_type() == of_type)
        };
        match self {
            Self::Allowed => matches!(response.decision, Some(Decision::Passed(_))),
            Self::Unguarded => response.decision.is_none() && response.answer.is_ok(),
            Self::Unauthorized => refused_as(ResponseType::Unauthorized),
            Self::Denied => refused_as(ResponseType::AccessDenied),
            Self::DeniedBy(sid) => denied_by(response) == Some(sid),
            Self::AuthorizerBroken => refused_as(ResponseType::AuthorizerConfigurationError),
            Self::Status(status) => {
                let answer = response.answer.as_ref();
                answer.is_ok_and(|response| response.status() == *status)
            }
        }
    }
}

fn denied_by(response: &TestResponse) -> Option<&str> {
    match response.denial()?.reason() {
        DenialReason::ExplicitDeny { sid, .. } => sid.as_deref(),
        _ => None,
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => f.write_str("let through"),
            Self::Unguarded => f.write_str("answered by a service that no layer guards"),
            Self::Unauthorized => f.write_str("UNAUTHORIZED"),
            Self::Denied => f.write_str("ACCESS_DENIED"),
            Self::DeniedBy(sid) => write!(f, "ACCESS_DENIED by the statement `{sid}`"),
            Self::AuthorizerBroken => f.write_str("a broken authorizer"),
            Self::Status(status) => write!(f, "status {status}"),
        }
    }
}
