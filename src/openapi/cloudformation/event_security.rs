//! What the `Auth` of an event says, as names of schemes with [markers](super::markers) among them.

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

/// The names that an event's `Auth` adds. None: it says nothing.
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

/// What an event of a REST API says: an authorizer, an API key, or that there is none. `Authorizer` and `ApiKeyRequired`
/// that are not there say nothing.
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
        names.push(match is_required {
            true => API_KEY.to_owned(),
            false => API_KEY_IS_OFF.to_owned(),
        });
        if is_required {
            definition.add_api_key();
        }
    }
    Ok((!names.is_empty()).then_some(names))
}

/// What an event of an HTTP API says. If it says anything, it names an authorizer or means the API's default, then for
/// OPTIONS as well.
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
            "it names no `Authorizer`, and the API has no `DefaultAuthorizer`; name one, or leave `Auth` out",
        )),
    }
}
