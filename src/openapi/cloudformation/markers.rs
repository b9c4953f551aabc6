//! Names that SAM puts among an operation's schemes although they are not schemes.

pub(super) use crate::openapi::model::NONE;
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, IAM},
    node::Node,
};

/// The operation needs no API key, even if an API key is the API's default.
pub(super) const API_KEY_IS_OFF: &str = "api_key_false";

/// The name of the authorizer that a node selects, which may be the marker [`NONE`].
pub(super) fn authorizer_name(
    definition: &mut Definition,
    node: &Node<'_>,
) -> Result<String, DefinitionError> {
    let name = node.text()?;
    if name == IAM {
        definition.add_iam();
    }
    let names = [name.to_owned()];
    definition
        .settle(&names)
        .map_err(|problem| node.error(problem))?;
    Ok(name.to_owned())
}
