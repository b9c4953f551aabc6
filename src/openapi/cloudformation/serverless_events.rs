//! The events of functions that make an API's operations.

use std::collections::HashMap;

use http::Method;

use super::{
    serverless_api::ServerlessApi,
    template::{Template, names_api},
};
use crate::{
    api::WholeApi,
    openapi::{
        error::{DefinitionError, quoted},
        model::{API_KEY, Definition, IAM, Operation},
        node::Node,
        routing::PathTemplate,
    },
};

/// Adds the operations of all events of this API. What the `DefinitionBody` says of an operation stays, and the
/// event's own `Auth` comes to it, as SAM does it. `written` is the security of the body's operations as written.
pub(super) fn add_operations(
    definition: &mut Definition,
    template: &Template<'_>,
    serverless: &ServerlessApi<'_>,
    api: &str,
    written: &[Option<Vec<String>>],
) -> Result<(), DefinitionError> {
    let key = |operation: &Operation| (operation.method.clone(), operation.path().to_owned());
    let of_body = definition.operations.iter().map(key).zip(0..);
    let mut of_body: HashMap<_, usize> = of_body.collect();
    let dialect = serverless.dialect;
    for event in template.api_events(dialect)? {
        let read = add_operation(definition, serverless, api, &event, |operation| {
            let place = of_body.remove(&key(operation));
            let own = place.and_then(|index| written.get(index)).cloned();
            (place, own.flatten())
        });
        definition.keep(read);
    }
    Ok(())
}

/// Adds the operation of an event, if it is one of this API. `of_body` finds the one that the body has already, and its
/// security as written.
fn add_operation(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    api: &str,
    event: &Node<'_>,
    of_body: impl FnOnce(&Operation) -> (Option<usize>, Option<Vec<String>>),
) -> Result<(), DefinitionError> {
    let dialect = serverless.dialect;
    let properties = event.member("Properties");
    if properties.is_none() && !dialect.has_default_route {
        return Err(event.error("its `Properties` are missing"));
    }
    // Nothing of it is set where there are none.
    let properties = properties.unwrap_or_else(|| event.clone());
    let is_ours = match properties.member(dialect.api_id) {
        None => api == dialect.implicit,
        Some(id) => names_api(&id, api)?,
    };
    if is_ours {
        let mut operation = route(definition, serverless, &properties)?;
        let (place, own) = of_body(&operation);
        operation.security = own;
        guard(definition, serverless, &properties, &mut operation)?;
        match place.and_then(|index| definition.operations.get_mut(index)) {
            Some(existing) => *existing = operation,
            None => definition.operations.push(operation),
        }
    }
    Ok(())
}

/// Adds the event's security, or the API's default, to what the operation has of the body. Where none of them says
/// anything it stays without, so that the root's security can apply.
fn guard(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    properties: &Node<'_>,
    operation: &mut Operation,
) -> Result<(), DefinitionError> {
    let own = operation.security.take();
    let method = operation.method.as_ref();
    let own_names = own.as_deref().unwrap_or_default();
    let mut names = serverless.default_beside(definition, method, own_names)?;
    let mut names_authorizer = false;
    if let Some(auth) = properties.member("Auth") {
        auth.allow_members(serverless.dialect.event_auth_members)?;
        definition.has_resource_policy |= auth.member("ResourcePolicy").is_some();
        names_authorizer = auth.member("Authorizer").is_some();
        override_default(definition, &mut names, &auth)?;
    }
    let is_told = names_authorizer || own.is_some();
    names.extend(own.into_iter().flatten());
    names.sort_unstable();
    names.dedup();
    operation.authorizer = definition
        .settle(&names)
        .map_err(|problem| properties.error(problem))?;
    operation.security = (is_told || !names.is_empty()).then_some(names);
    Ok(())
}

/// The operation, of which nothing but the method and the path is known yet.
fn route(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    properties: &Node<'_>,
) -> Result<Operation, DefinitionError> {
    let (method, path) = method_and_path(definition, serverless, properties)?;
    Ok(Operation {
        method,
        path,
        security: None,
        has_iam: false,
        authorizer: None,
    })
}

fn method_and_path(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    properties: &Node<'_>,
) -> Result<(Option<Method>, PathTemplate), DefinitionError> {
    let missing = |name| properties.error(format!("its `{name}` is missing"));
    match (properties.member("Method"), properties.member("Path")) {
        (Some(name), Some(node)) => {
            let path = path(definition, node.text()?, &node)?;
            let method = method(&name)?;
            match path.is_default_route() && method.is_some() {
                true => Err(name.error("the default route takes every method: `ANY`")),
                false => Ok((method, path)),
            }
        }
        (None, None) if serverless.dialect.has_default_route => {
            Ok((None, PathTemplate::default_route()))
        }
        (None, _) => Err(missing("Method")),
        (_, None) => Err(missing("Path")),
    }
}

/// What an event says for itself takes the place of the API's default.
fn override_default(
    definition: &mut Definition,
    names: &mut Vec<String>,
    auth: &Node<'_>,
) -> Result<(), DefinitionError> {
    if let Some(authorizer) = auth.member("Authorizer") {
        names.retain(|name| name == API_KEY);
        match authorizer.text()? {
            "NONE" => {}
            name => {
                if name == IAM {
                    definition.add_iam();
                }
                let name = [name.to_owned()];
                definition
                    .settle(&name)
                    .map_err(|problem| authorizer.error(problem))?;
                names.extend(name);
            }
        }
    }
    if let Some(required) = auth.member("ApiKeyRequired") {
        names.retain(|name| name != API_KEY);
        if required.boolean()? {
            definition.add_api_key();
            names.push(API_KEY.into());
        }
    }
    Ok(())
}

/// `get`, `GET`, `any`: None is any.
pub(super) fn method(node: &Node<'_>) -> Result<Option<Method>, DefinitionError> {
    method_of(node.text()?, node)
}

/// The method in a text of this node.
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
        .ok_or_else(|| node.unexpected("a method of HTTP, or `any`,"))
}

/// The path in a text of this node.
pub(super) fn path(
    definition: &mut Definition,
    text: &str,
    node: &Node<'_>,
) -> Result<PathTemplate, DefinitionError> {
    let path = PathTemplate::parse_or_default(text).map_err(|problem| {
        let text = quoted(text);
        node.error(format!("{text} is no path of an API's resource: {problem}"))
    })?;
    if path.is_default_route() {
        definition.known_api.note(WholeApi::http(), node)?;
    }
    Ok(path)
}
