//! SAM's flags.

use serde_json::Value;

use crate::openapi::{error::DefinitionError, node::Node};

/// Whether SAM takes it for true. To SAM every text is true, `false` as well; that is refused.
pub(super) fn flag(node: &Node<'_>) -> Result<bool, DefinitionError> {
    node.note_defaults();
    match node.value() {
        Value::Null => Ok(false),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Err(node.error(
            "SAM takes the text `false` for true, as it does every text; write `false` without quotes",
        )),
        _ => node.boolean(),
    }
}
