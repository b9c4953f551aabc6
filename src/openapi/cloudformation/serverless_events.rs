//! The events of functions that make an API's operations.

use std::collections::HashMap;

use http::Method;

use super::{
    serverless_api::ServerlessApi,
    template::{IMPLICIT_API, Template, names_api},
};
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::{API_KEY, Definition, IAM, Operation},
    node::Node,
    routing::PathTemplate,
};

const AUTH_MEMBERS: [&str; 6] = [
    "ApiKeyRequired",
    "AuthorizationScopes",
    "Authorizer",
    "InvokeRole",
    "OverrideApiAuth",
    "ResourcePolicy",
];

/// Adds the operations of all events of this API. An operation that the `DefinitionBody` has already gets
/// the event's security.
pub(super) fn add_operations(
    definition: &mut Definition,
    template: &Template<'_>,
    serverless: &ServerlessApi<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    let key = |operation: &Operation| (operation.method.clone(), operation.path().to_owned());
    let of_body = definition.operations.iter().map(key).zip(0..);
    let mut of_body: HashMap<_, usize> = of_body.collect();
    for event in template.api_events()? {
        let Some(properties) = event.member("Properties") else {
            return Err(event.error("its `Properties` are missing"));
        };
        let is_ours = match properties.member("RestApiId") {
            None => api == IMPLICIT_API,
            Some(id) => names_api(&id, api)?,
        };
        if is_ours {
            let operation = read_event(definition, serverless, &properties)?;
            let place = of_body.remove(&key(&operation));
            match place.and_then(|index| definition.operations.get_mut(index)) {
                Some(existing) => *existing = operation,
                None => definition.operations.push(operation),
            }
        }
    }
    Ok(())
}

fn read_event(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    properties: &Node<'_>,
) -> Result<Operation, DefinitionError> {
    let required = |name| {
        let property = properties.member(name);
        property.ok_or_else(|| properties.error(format!("its `{name}` is missing")))
    };
    let method = method(&required("Method")?)?;
    let path = path(&required("Path")?)?;
    let mut names = serverless.default_security(definition, method.as_ref())?;
    if let Some(auth) = properties.member("Auth") {
        auth.allow_members(&AUTH_MEMBERS)?;
        definition.has_resource_policy |= auth.member("ResourcePolicy").is_some();
        override_security(definition, &mut names, &auth)?;
    }
    let authorizer = definition
        .settle(&names)
        .map_err(|problem| properties.error(problem))?;
    Ok(Operation {
        method,
        path,
        security: Some(names),
        authorizer,
    })
}

/// What an event says for itself takes the place of what the API says.
fn override_security(
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
    names.sort_unstable();
    Ok(())
}

/// `get`, `GET`, `any`: None is any.
pub(super) fn method(node: &Node<'_>) -> Result<Option<Method>, DefinitionError> {
    const METHODS: [Method; 7] = [
        Method::GET,
        Method::PUT,
        Method::POST,
        Method::DELETE,
        Method::OPTIONS,
        Method::HEAD,
        Method::PATCH,
    ];
    let text = node.text()?;
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

pub(super) fn path(node: &Node<'_>) -> Result<PathTemplate, DefinitionError> {
    let text = node.text()?;
    PathTemplate::parse(text).map_err(|problem| {
        let text = quoted(text);
        node.error(format!("{text} is no path of an API's resource: {problem}"))
    })
}
