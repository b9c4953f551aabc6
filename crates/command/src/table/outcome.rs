//! The outcome that a line expects.

use std::fmt;

use tower_lambda_authorizer::{
    explanations::{AuthorizerExplanation, Explanation},
    gateway_responses::ResponseType,
};

pub(super) enum Outcome<'t> {
    Allowed,
    /// No authorizer guards the operation.
    Open,
    Unauthorized,
    Denied,
    /// Denied by the statement with this `Sid`.
    DeniedBy(&'t str),
    Broken,
    Status(u16),
}

impl<'t> Outcome<'t> {
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "allowed" | "allow" => Some(Self::Allowed),
            "open" => Some(Self::Open),
            "unauthorized" => Some(Self::Unauthorized),
            "denied" | "deny" => Some(Self::Denied),
            "broken" => Some(Self::Broken),
            lower if lower.starts_with("denied:") || lower.starts_with("deny:") => {
                let (_, sid) = text.split_once(':')?;
                (!sid.is_empty()).then_some(Self::DeniedBy(sid))
            }
            // There is no service, so a request that is allowed has no status.
            status => {
                let status = status.parse().ok();
                let status = status.filter(|status| (400..600).contains(status));
                status.map(Self::Status)
            }
        }
    }

    pub(super) fn is_met_by(&self, explanation: &Explanation) -> bool {
        let response = explanation.response();
        let is = |wanted| response.is_some_and(|response| response.response_type() == wanted);
        let is_open = *explanation.authorizer() == AuthorizerExplanation::NotInvoked;
        match self {
            Self::Allowed => explanation.is_allowed() && !is_open,
            Self::Open => explanation.is_allowed() && is_open,
            Self::Unauthorized => is(ResponseType::Unauthorized),
            Self::Denied => is(ResponseType::AccessDenied),
            Self::DeniedBy(sid) => {
                is(ResponseType::AccessDenied) && denied_by(explanation) == Some(sid)
            }
            Self::Broken => is(ResponseType::AuthorizerConfigurationError),
            Self::Status(status) => response.is_some_and(|response| response.status() == *status),
        }
    }
}

fn denied_by(explanation: &Explanation) -> Option<&str> {
    let policy = explanation.policy()?;
    policy.statements().get(policy.deciding_statement()?)?.sid()
}

impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => f.write_str("to be allowed"),
            Self::Open => f.write_str("to be open"),
            Self::Unauthorized => f.write_str("UNAUTHORIZED"),
            Self::Denied => f.write_str("ACCESS_DENIED"),
            Self::DeniedBy(sid) => write!(f, "ACCESS_DENIED by the statement `{sid}`"),
            Self::Broken => f.write_str("a broken authorizer"),
            Self::Status(status) => write!(f, "the status {status}"),
        }
    }
}
