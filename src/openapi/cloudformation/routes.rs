//! `AWS::ApiGatewayV2::Route`: the routes of an HTTP API.

use super::{
    authorization,
    dialect::Dialect,
    resource::Resource,
    route::{method_of, path},
    template::Template,
};
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, Operation},
    node::Node,
    routing::PathTemplate,
};

const DEFAULT_ROUTE: &str = "$default";

/// Adds the routes, and the route that API Gateway creates for an API with a `Target`.
pub(super) fn add_operations(
    definition: &mut Definition,
    template: &Template<'_>,
    dialect: &Dialect,
    api: &str,
) -> Result<(), DefinitionError> {
    let resource = template.resource(api);
    let protocol = resource.and_then(|resource| resource.property("ProtocolType"));
    if let Some(protocol) = protocol.filter(|protocol| protocol.value() != "HTTP") {
        return Err(protocol.unexpected("`HTTP`"));
    }
    let managed = managed_security(definition, template, dialect, api)?;
    if let Some(target) = resource.and_then(|resource| resource.property("Target")) {
        let key = resource.and_then(|resource| resource.property("RouteKey"));
        let route = match key {
            Some(key) => route_key(definition, &key)?,
            None => (None, PathTemplate::default_route()),
        };
        let operation = operation(definition, route, managed, &target)?;
        definition.operations.push(operation);
    } else if !managed.is_empty() {
        return Err(template.place(api).error(
            "`ApiGatewayManagedOverrides` guards the route of an API with a `Target`, and this API has no `Target`",
        ));
    }
    for (_, route) in template.of_type("AWS::ApiGatewayV2::Route") {
        if route.belongs_to(dialect.api_id, api)? {
            let read = read_route(definition, dialect, route);
            let operation = definition.keep(read);
            definition.operations.extend(operation);
        }
    }
    Ok(())
}

/// The schemes of the route that API Gateway creates for an API with a `Target`.
fn managed_security(
    definition: &mut Definition,
    template: &Template<'_>,
    dialect: &Dialect,
    api: &str,
) -> Result<Vec<String>, DefinitionError> {
    let mut names = Vec::new();
    for (_, overrides) in template.of_type("AWS::ApiGatewayV2::ApiGatewayManagedOverrides") {
        if overrides.belongs_to(dialect.api_id, api)? {
            if let Some(properties) = overrides.properties() {
                properties.allow_members(&[dialect.api_id, "Integration", "Route", "Stage"])?;
            }
            if let Some(route) = overrides.property("Route") {
                names.extend(authorization::schemes(definition, dialect, &route)?);
            }
        }
    }
    Ok(names)
}

fn read_route(
    definition: &mut Definition,
    dialect: &Dialect,
    route: &Resource<'_>,
) -> Result<Operation, DefinitionError> {
    let key = route_key(definition, &route.required("RouteKey")?)?;
    let properties = route.properties().unwrap_or_else(|| route.node.clone());
    let names = authorization::schemes(definition, dialect, &properties)?;
    check_no_api_key(&properties)?;
    operation(definition, key, names, &route.node)
}

type Route = (Option<http::Method>, PathTemplate);

/// `GET /pets`, `ANY /pets`, `$default`.
fn route_key(definition: &mut Definition, node: &Node<'_>) -> Result<Route, DefinitionError> {
    let text = node.text()?;
    if text == DEFAULT_ROUTE {
        return Ok((None, PathTemplate::default_route()));
    }
    let Some((method, resource)) = text.split_once(' ') else {
        return Err(node.unexpected("a method and a path (`GET /pets`), or `$default`"));
    };
    let path = path(definition, resource, node)?;
    if path.is_default_route() {
        Err(node.unexpected("`$default`, the key of the default route"))
    } else {
        Ok((method_of(method, node)?, path))
    }
}

fn operation(
    definition: &Definition,
    (method, path): Route,
    names: Vec<String>,
    node: &Node<'_>,
) -> Result<Operation, DefinitionError> {
    let authorizer = definition
        .settle(&names)
        .map_err(|problem| node.error(problem))?;
    Ok(Operation::guarded(method, path, names, authorizer))
}

/// Refuses an API key: only routes of WebSocket APIs can require one.
fn check_no_api_key(route: &Node<'_>) -> Result<(), DefinitionError> {
    match route.member("ApiKeyRequired") {
        Some(required) if required.boolean()? => Err(required.error(
            "an HTTP API has no API keys, so this guards nothing; remove it, and give the route an authorizer",
        )),
        _ => Ok(()),
    }
}
