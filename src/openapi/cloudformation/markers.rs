//! Names that SAM writes among an operation's schemes although they are none.

use super::serverless_api::{Body, ServerlessApi};
pub(super) use crate::openapi::model::NONE;
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::{API_KEY, Definition},
    node::Node,
};

/// The operation needs no API key, whatever the API's default is.
pub(super) const API_KEY_IS_OFF: &str = "api_key_false";

/// Refuses schemes that have the name of a marker: SAM cannot tell them apart, and what it says is off would be on.
pub(super) fn check_names(
    definition: &Definition,
    serverless: &ServerlessApi<'_>,
    api: &Node<'_>,
) -> Result<(), DefinitionError> {
    if serverless.body == Body::NotOfSam {
        return Ok(());
    }
    let is_scheme = |name: &&str| {
        definition.authorizers.contains_key(*name) || definition.other_schemes.contains_key(*name)
    };
    let taken = [NONE, API_KEY_IS_OFF].into_iter().find(is_scheme);
    let is_key = |name: &&str| serverless.has_authorizer(name);
    match taken.or_else(|| Some(API_KEY).filter(is_key)) {
        None => Ok(()),
        Some(name) => Err(api.error(format!(
            "{} means something else to SAM than the security scheme of this name; rename the scheme",
            quoted(name)
        ))),
    }
}
