//! The outcome that a line expects, or that was recorded.

use std::{borrow::Cow, fmt};

use tower_lambda_authorizer::{
    explanations::{AuthorizerExplanation, Explanation},
    gateway_responses::ResponseType,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Allowed,
    /// No authorizer guards the operation.
    Open,
    /// Allowed or open, which cannot be told apart from outside.
    Passed,
    Unauthorized,
    Denied,
    /// Denied by the statement with this `Sid`.
    DeniedBy(String),
    Broken,
    Status(u16),
    /// Refused with this gateway response.
    Refused(ResponseType),
}

impl Outcome {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "allowed" | "allow" => Some(Self::Allowed),
            "open" => Some(Self::Open),
            "passed" => Some(Self::Passed),
            "unauthorized" => Some(Self::Unauthorized),
            "denied" | "deny" => Some(Self::Denied),
            "broken" => Some(Self::Broken),
            lower if lower.starts_with("denied:") || lower.starts_with("deny:") => {
                let (_, sid) = text.split_once(':')?;
                (!sid.is_empty()).then(|| Self::DeniedBy(sid.to_owned()))
            }
            _ if text.starts_with(|c: char| c.is_ascii_uppercase()) => {
                text.parse().ok().map(Self::Refused)
            }
            // There is no service, so a request that is allowed has no status.
            status => {
                let status = status.parse().ok();
                let status = status.filter(|status| (400..600).contains(status));
                status.map(Self::Status)
            }
        }
    }

    /// The word in a table.
    pub(crate) fn word(&self) -> Cow<'static, str> {
        match self {
            Self::Allowed => "allowed".into(),
            Self::Open => "open".into(),
            Self::Passed => "passed".into(),
            Self::Unauthorized => "unauthorized".into(),
            Self::Denied => "denied".into(),
            Self::DeniedBy(sid) => format!("denied:{sid}").into(),
            Self::Broken => "broken".into(),
            Self::Status(status) => status.to_string().into(),
            Self::Refused(response) => response.as_str().into(),
        }
    }

    pub(super) fn is_met_by(&self, explanation: &Explanation) -> bool {
        let response = explanation.response();
        let is = |wanted| response.is_some_and(|response| response.response_type() == wanted);
        let is_open = *explanation.authorizer() == AuthorizerExplanation::NotInvoked;
        match self {
            Self::Allowed => explanation.is_allowed() && !is_open,
            Self::Open => explanation.is_allowed() && is_open,
            Self::Passed => explanation.is_allowed(),
            Self::Unauthorized => is(ResponseType::Unauthorized),
            Self::Denied => is(ResponseType::AccessDenied),
            Self::DeniedBy(sid) => {
                is(ResponseType::AccessDenied) && denied_by(explanation) == Some(sid.as_str())
            }
            Self::Broken => is(ResponseType::AuthorizerConfigurationError),
            Self::Status(status) => response.is_some_and(|response| response.status() == *status),
            Self::Refused(wanted) => is(*wanted),
        }
    }
}

fn denied_by(explanation: &Explanation) -> Option<&str> {
    let policy = explanation.policy()?;
    policy.statements().get(policy.deciding_statement()?)?.sid()
}

/// What is expected, in a sentence.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Allowed => f.write_str("to be allowed"),
            Self::Open => f.write_str("to be open"),
            Self::Passed => f.write_str("to be allowed or open"),
            Self::Unauthorized => f.write_str("UNAUTHORIZED"),
            Self::Denied => f.write_str("ACCESS_DENIED"),
            Self::DeniedBy(sid) => write!(f, "ACCESS_DENIED by the statement `{sid}`"),
            Self::Broken => f.write_str("a broken authorizer"),
            Self::Status(status) => write!(f, "the status {status}"),
            Self::Refused(response) => response.fmt(f),
        }
    }
}
