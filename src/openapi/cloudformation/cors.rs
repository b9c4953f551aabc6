//! What templates say about CORS.

use serde_json::{Map, Value, json};

use super::template::Template;
use crate::openapi::{error::DefinitionError, model::Definition, node::Node, quoting::quoted};

/// Adds an HTTP API's CORS configuration in the form of `x-amazon-apigateway-cors`.
pub(super) fn add_cors(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    const MEMBERS: [(&str, &str); 6] = [
        ("AllowCredentials", "allowCredentials"),
        ("AllowHeaders", "allowHeaders"),
        ("AllowMethods", "allowMethods"),
        ("AllowOrigins", "allowOrigins"),
        ("ExposeHeaders", "exposeHeaders"),
        ("MaxAge", "maxAge"),
    ];
    let Some(cors) = template.setting(api, "CorsConfiguration")? else {
        return Ok(());
    };
    let cors = match cors.value() {
        Value::Null | Value::Bool(false) => return Ok(()),
        // The configuration is not applied, so its value does not matter.
        _ if cors.is_function() => json!({}),
        // SAM's short form.
        Value::Bool(true) => json!({"allowOrigins": ["*"]}),
        _ => {
            let mut members = Map::new();
            for (name, value) in cors.members()? {
                let known = MEMBERS.iter().find(|(known, _)| *known == name);
                let Some((_, written)) = known else {
                    let name = quoted(name);
                    return Err(
                        value.error(format!("{name} is not a member of a CORS configuration"))
                    );
                };
                members.insert((*written).to_owned(), value.value().clone());
            }
            members.into()
        }
    };
    definition.cors = Some(cors);
    Ok(())
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
