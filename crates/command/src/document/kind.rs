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
    /// The configuration of one authorizer, or a file of an unknown kind.
    Authorizer,
}

impl Kind {
    /// Detects the kind by members that only one kind has.
    pub(crate) fn of(text: &str) -> Self {
        let json = serde_json::from_str::<Value>(text).ok();
        // It may have a mistake, which a reader of its kind reports best.
        let is_json = text.trim_start().starts_with('{');
        let has = |member: &str| match &json {
            Some(json) => json.get(member).is_some(),
            None => text.lines().any(|line| begins_with(line, member, is_json)),
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

/// Whether a line begins with a member. In YAML, members of the root are not indented.
fn begins_with(line: &str, member: &str, is_json: bool) -> bool {
    let line = match is_json {
        true => line.trim_start_matches(['{', ' ', '\t']),
        false => line,
    };
    line.trim_start_matches(['"', '\'']).starts_with(member)
}

/// Detects the type of API by members that only one type has. They may begin with a small or a capital letter.
pub(super) fn type_of(config: &str) -> ApiType {
    match config {
        _ if config.contains("uthorizerPayloadFormatVersion") => ApiType::Http,
        _ if config.contains("route.request.") => ApiType::WebSocket,
        _ => ApiType::Rest,
    }
}
