//! Booleans as SAM reads them.

use serde_json::Value;

use crate::openapi::{error::DefinitionError, node::Node};

/// Whether SAM reads the value as true. SAM reads every string as true, even `false`, so `false` as a string is
/// refused.
pub(super) fn flag(node: &Node<'_>) -> Result<bool, DefinitionError> {
    node.note_defaults();
    match node.value() {
        Value::Null => Ok(false),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Err(node.error(
            "SAM reads every string as true, even the string `false`; write `false` without quotes",
        )),
        _ => node.boolean(),
    }
}
