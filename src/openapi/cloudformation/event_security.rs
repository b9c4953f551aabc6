//! What an event's `Auth` says: names of schemes, and [markers](super::markers).

use super::{
    dialect::Kind,
    flag::flag,
    markers::{API_KEY_IS_OFF, authorizer_name},
    serverless_api::ServerlessApi,
};
use crate::openapi::{
    error::DefinitionError,
    model::{API_KEY, Definition},
    node::Node,
};

/// The names that an event's `Auth` adds. `None`: it says nothing.
pub(super) fn read(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    auth: &Node<'_>,
) -> Result<Option<Vec<String>>, DefinitionError> {
    match serverless.dialect.kind {
        Kind::Rest => of_rest_api(definition, auth),
        Kind::Http => of_http_api(definition, serverless, auth),
    }
}

/// In a REST API an event names an authorizer or none, and requires an API key or not. A missing `Authorizer` or
/// `ApiKeyRequired` says nothing.
fn of_rest_api(
    definition: &mut Definition,
    auth: &Node<'_>,
) -> Result<Option<Vec<String>>, DefinitionError> {
    let mut names = Vec::new();
    let authorizer = auth.member("Authorizer");
    if let Some(authorizer) = authorizer.filter(|node| !node.value().is_null()) {
        names.push(authorizer_name(definition, &authorizer)?);
    }
    let required = auth.member("ApiKeyRequired");
    if let Some(required) = required.filter(|node| !node.value().is_null()) {
        let is_required = flag(&required)?;
        names.push(if is_required {
            API_KEY.to_owned()
        } else {
            API_KEY_IS_OFF.to_owned()
        });
        if is_required {
            definition.add_api_key();
        }
    }
    Ok((!names.is_empty()).then_some(names))
}

/// In an HTTP API any `Auth` that is not empty selects an authorizer: the one that it names, or the API's default. This
/// applies to OPTIONS as well.
fn of_http_api(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    auth: &Node<'_>,
) -> Result<Option<Vec<String>>, DefinitionError> {
    if auth.object()?.is_empty() {
        return Ok(None);
    }
    let authorizer = auth.member("Authorizer");
    if let Some(authorizer) = authorizer.filter(|node| !node.value().is_null()) {
        return Ok(Some(vec![authorizer_name(definition, &authorizer)?]));
    }
    match serverless.default_authorizer(definition)? {
        Some(default) => Ok(Some(vec![default])),
        None => Err(auth.error(
            "this names no `Authorizer`, and the API has no `DefaultAuthorizer`; name an authorizer, or remove `Auth`",
        )),
    }
}
