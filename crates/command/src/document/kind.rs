//! Which kind of file it is.

use serde_json::Value;
use tower_lambda_authorizer::ApiType;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A SAM or CloudFormation template.
    Template,
    /// An OpenAPI or Swagger document.
    OpenApi,
    /// A policy document.
    Policy,
    /// One authorizer's configuration, or nothing that is known.
    Authorizer,
}

impl Kind {
    /// Detects the kind by members that only one kind has.
    pub(crate) fn of(text: &str) -> Self {
        let json = serde_json::from_str::<Value>(text).ok();
        let has = |member: &str| match &json {
            Some(json) => json.get(member).is_some(),
            None => text.lines().any(|line| is_yaml_member(line, member)),
        };
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

/// A member at the root of a YAML document.
fn is_yaml_member(line: &str, member: &str) -> bool {
    let line = line.trim_start_matches(['"', '\'']);
    line.starts_with(member)
}

/// Detects the type of API by members that only one type has. They may begin with a small or a capital letter.
pub(super) fn type_of(config: &str) -> ApiType {
    match config {
        _ if config.contains("uthorizerPayloadFormatVersion") => ApiType::Http,
        _ if config.contains("route.request.") => ApiType::WebSocket,
        _ => ApiType::Rest,
    }
}
