//! What templates say about CORS.

use serde_json::{Map, Value, json};

use super::template::Template;
use crate::openapi::{error::DefinitionError, model::Definition, node::Node, quoting::quoted};

/// The members of an HTTP API's CORS configuration, in a template and in a document.
const MEMBERS: [(&str, &str); 6] = [
    ("AllowCredentials", "allowCredentials"),
    ("AllowHeaders", "allowHeaders"),
    ("AllowMethods", "allowMethods"),
    ("AllowOrigins", "allowOrigins"),
    ("ExposeHeaders", "exposeHeaders"),
    ("MaxAge", "maxAge"),
];

/// Adds an HTTP API's CORS configuration in the form of `x-amazon-apigateway-cors`.
pub(super) fn add_cors(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    let Some(cors) = template.setting(api, "CorsConfiguration")? else {
        return Ok(());
    };
    definition.cors = match cors.value() {
        Value::Null | Value::Bool(false) => return Ok(()),
        // The configuration is not applied, so its value does not matter.
        _ if cors.is_function() => Some(json!({})),
        // SAM's short form.
        Value::Bool(true) => Some(json!({"allowOrigins": ["*"]})),
        _ => Some(members_in_document(&cors)?),
    };
    Ok(())
}

/// The configuration with the names that a document has for its members.
fn members_in_document(cors: &Node<'_>) -> Result<Value, DefinitionError> {
    let mut members = Map::new();
    for (name, value) in cors.members()? {
        let Some((_, in_document)) = MEMBERS.iter().find(|(known, _)| *known == name) else {
            let name = quoted(name);
            return Err(value.error(format!("{name} is not a member of a CORS configuration")));
        };
        members.insert((*in_document).to_owned(), value.value().clone());
    }
    Ok(members.into())
}

/// Whether SAM's `Cors` adds OPTIONS operations. If an unknown condition decides this, the answer is no, because the
/// operations might be open.
pub(super) fn makes_preflights(cors: &Node<'_>) -> bool {
    let is_nothing = |value: &Value| match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::Object(members) => members.is_empty() || value == &json!({"Ref": "AWS::NoValue"}),
        _ => false,
    };
    match cors.function() {
        Some(("Fn::If", branches)) => !branches.as_array().into_iter().flatten().any(is_nothing),
        _ => !is_nothing(cors.value()),
    }
}
