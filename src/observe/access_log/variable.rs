//! The variables of access logs.

use crate::{api::documented_variables, policy::edit_distance, request::context::ContextVariable};

/// A variable that API Gateway documents for access logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Variable {
    /// A value of the request.
    Request(ContextVariable),
    PrincipalId,
    /// A member of the authorizer's context.
    Context(Box<str>),
    AuthorizerError,
    AuthorizerLatency,
    AuthorizerStatus,
    AuthorizeError,
    AuthorizeStatus,
    ErrorMessage,
    /// The message as a JSON string, with its quotes.
    ErrorMessageString,
    ResponseType,
    Status,
    /// Only API Gateway has its value.
    Absent,
}

/// The variables whose values come from the decision.
const OF_DECISION: [(&str, Variable); 14] = [
    ("authorizer.principalId", Variable::PrincipalId),
    ("authorizer.error", Variable::AuthorizerError),
    ("authorizer.latency", Variable::AuthorizerLatency),
    ("authorizer.integrationLatency", Variable::AuthorizerLatency),
    ("authorizer.status", Variable::AuthorizerStatus),
    ("authorizer.integrationStatus", Variable::AuthorizerStatus),
    ("authorizer.requestId", Variable::Absent),
    ("authorize.error", Variable::AuthorizeError),
    ("authorize.status", Variable::AuthorizeStatus),
    ("error.message", Variable::ErrorMessage),
    ("error.messageString", Variable::ErrorMessageString),
    ("error.responseType", Variable::ResponseType),
    ("responseType", Variable::ResponseType),
    ("status", Variable::Status),
];

/// The variables that only API Gateway knows, and that exist only in access logs.
const ABSENT: [&str; 24] = [
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.latency",
    "cipherSuite",
    "dataProcessed",
    "endpointType",
    "error.validationErrorString",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationErrorMessage",
    "integrationLatency",
    "integrationStatus",
    "responseLatency",
    "responseLength",
    "tlsVersion",
    "waf.error",
    "waf.latency",
    "waf.status",
    "wafResponseCode",
    "xrayTraceId",
];

impl Variable {
    /// Parses the name after `context.`, which is case-sensitive.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let of_decision = OF_DECISION.iter().find(|(known, _)| *known == name);
        if let Some((_, variable)) = of_decision {
            return Some(variable.clone());
        }
        match name.strip_prefix("authorizer.") {
            Some("") => None,
            Some(key) if is_misspelt(key) => None,
            Some(key) => Some(Self::Context(key.into())),
            None if ABSENT.contains(&name) => Some(Self::Absent),
            None => ContextVariable::parse(name).map(Self::Request),
        }
    }

    /// Whether its value comes from the resource.
    pub(super) fn needs_resource(&self) -> bool {
        use ContextVariable::{ResourcePath, RouteKey};
        matches!(self, Self::Request(ResourcePath | RouteKey))
    }
}

/// Whether a key of the authorizer's context is almost the name of a variable. The other variables have names that a key
/// may resemble.
fn is_misspelt(key: &str) -> bool {
    const UNMISTAKABLE: [&str; 4] = [
        "integrationLatency",
        "integrationStatus",
        "latency",
        "principalId",
    ];
    let is_in_another_style = key.contains(['_', '-']);
    let key = key.to_ascii_lowercase();
    let is_near = |name: &str| {
        let name = name.to_ascii_lowercase();
        edit_distance(name.as_bytes(), key.as_bytes()) <= 1
    };
    !is_in_another_style && UNMISTAKABLE.into_iter().any(is_near)
}

/// The names of all variables, except for members of the authorizer's context.
pub(super) fn known_names() -> impl Iterator<Item = &'static str> {
    let of_decision = OF_DECISION.iter().map(|(name, _)| *name);
    of_decision.chain(documented_variables()).chain(ABSENT)
}
