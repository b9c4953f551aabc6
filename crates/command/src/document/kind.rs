//! Which kind of file it is.

use tower_lambda_authorizer::{ApiType, openapi::Template};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A SAM or CloudFormation template.
    Template,
    /// An OpenAPI or Swagger document.
    OpenApi,
    /// A policy document.
    Policy,
    /// The configuration of one authorizer, or a file of an unknown kind.
    Authorizer,
}

impl Kind {
    /// Detects the kind by members that only one kind has.
    pub(crate) fn of(parsed: &Template) -> Self {
        let has = |member: &str| parsed.sections().any(|it| it == member);
        if has("Resources") {
            Self::Template
        } else if has("openapi") || has("swagger") {
            Self::OpenApi
        } else if has("Statement") {
            Self::Policy
        } else {
            Self::Authorizer
        }
    }
}

/// Detects the type of API by members that only one type has. They may begin with a small or a capital letter.
pub(super) fn type_of(config: &str) -> ApiType {
    match config {
        _ if config.contains("uthorizerPayloadFormatVersion") => ApiType::Http,
        _ if config.contains("route.request.") => ApiType::WebSocket,
        _ => ApiType::Rest,
    }
}
