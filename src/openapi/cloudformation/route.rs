//! Methods and paths in templates.

use http::Method;

use super::dialect::Dialect;
use crate::{
    api::WholeApi,
    openapi::{
        error::DefinitionError, model::Definition, node::Node, quoting::quoted,
        routing::PathTemplate,
    },
};

/// The method and the path of an event.
pub(super) fn method_and_path(
    definition: &mut Definition,
    dialect: &Dialect,
    properties: &Node<'_>,
) -> Result<(Option<Method>, PathTemplate), DefinitionError> {
    let missing = |name| properties.error(format!("its `{name}` is missing"));
    match (properties.member("Method"), properties.member("Path")) {
        (Some(name), Some(node)) => {
            let path = path(definition, node.text()?, &node)?;
            let method = method(&name)?;
            if path.is_default_route() && method.is_some() {
                Err(name.error("the default route accepts every method; write `ANY`"))
            } else {
                Ok((method, path))
            }
        }
        (None, None) if dialect.has_default_route => Ok((None, PathTemplate::default_route())),
        (None, _) => Err(missing("Method")),
        (_, None) => Err(missing("Path")),
    }
}

/// `get`, `GET`, `any`. `None`: any method.
pub(super) fn method(node: &Node<'_>) -> Result<Option<Method>, DefinitionError> {
    method_of(node.text()?, node)
}

/// Parses a method. Errors point to the node.
pub(super) fn method_of(text: &str, node: &Node<'_>) -> Result<Option<Method>, DefinitionError> {
    const METHODS: [Method; 7] = [
        Method::GET,
        Method::PUT,
        Method::POST,
        Method::DELETE,
        Method::OPTIONS,
        Method::HEAD,
        Method::PATCH,
    ];
    if text.eq_ignore_ascii_case("any") || text == "x-amazon-apigateway-any-method" {
        return Ok(None);
    }
    let method = METHODS
        .into_iter()
        .find(|method| method.as_str().eq_ignore_ascii_case(text));
    method
        .map(Some)
        .ok_or_else(|| node.unexpected("an HTTP method, or `any`"))
}

/// Parses a path. Errors point to the node.
pub(super) fn path(
    definition: &mut Definition,
    text: &str,
    node: &Node<'_>,
) -> Result<PathTemplate, DefinitionError> {
    let path = PathTemplate::parse_or_default(text).map_err(|problem| {
        let text = quoted(text);
        node.error(format!(
            "{text} is not a path of an API's resource: {problem}"
        ))
    })?;
    if path.is_default_route() {
        definition.known_api.note(WholeApi::http(), node)?;
    }
    Ok(path)
}
