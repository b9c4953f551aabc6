//! `AWS::ApiGateway::Method` and `Resource`: the operations of a REST API.

use super::{
    authorization, dialect::Dialect, resource::Resource, route::method, template::Template,
};
use crate::openapi::{
    error::DefinitionError,
    model::{API_KEY, Definition, Operation},
    node::Node,
    quoting::quoted,
    routing::PathTemplate,
};

/// The most parents of a resource. It also ends a cycle of parents.
const MAX_DEPTH: usize = 64;

pub(super) fn add_operations(
    definition: &mut Definition,
    template: &Template<'_>,
    dialect: &Dialect,
    api: &str,
) -> Result<(), DefinitionError> {
    for (_, resource) in template.of_type("AWS::ApiGateway::Method") {
        if resource.belongs_to(dialect.api_id, api)? {
            let read = read_method(definition, template, dialect, resource);
            let operation = definition.keep(read);
            definition.operations.extend(operation);
        }
    }
    Ok(())
}

fn read_method(
    definition: &mut Definition,
    template: &Template<'_>,
    dialect: &Dialect,
    resource: &Resource<'_>,
) -> Result<Operation, DefinitionError> {
    let path = path_of(template, &resource.required("ResourceId")?)?;
    let properties = resource.properties();
    let properties = properties.unwrap_or_else(|| resource.node.clone());
    let mut names = authorization::schemes(definition, dialect, &properties)?;
    let key = resource.property("ApiKeyRequired");
    if key.map_or(Ok(false), |key| key.boolean())? {
        definition.add_api_key();
        names.push(API_KEY.into());
    }
    names.sort_unstable();
    let authorizer = definition
        .settle(&names)
        .map_err(|problem| resource.node.error(problem))?;
    let method = method(&resource.required("HttpMethod")?)?;
    let integration = resource.property("Integration");
    definition.note_preflight(method.as_ref(), integration.as_ref().map(Node::value));
    Ok(Operation::guarded(method, path, names, authorizer))
}

/// The path of a resource, collected from the resource up to the root.
fn path_of(template: &Template<'_>, id: &Node<'_>) -> Result<PathTemplate, DefinitionError> {
    let mut parts = Vec::new();
    let mut next = id.clone();
    while !is_root(&next) {
        let reference = next.reference();
        let resource = reference.and_then(|reference| template.resource(reference));
        let Some(resource) =
            resource.filter(|resource| resource.kind == "AWS::ApiGateway::Resource")
        else {
            return Err(next.error(
                "name an `AWS::ApiGateway::Resource` of this template (`Ref: …`) or the API's `RootResourceId` \
                 (`Fn::GetAtt: …`) here",
            ));
        };
        if parts.len() == MAX_DEPTH {
            return Err(id.error(format!("the resource has more than {MAX_DEPTH} parents")));
        }
        parts.push(resource.required("PathPart")?.text()?);
        next = resource.required("ParentId")?;
    }
    parts.reverse();
    let path = format!("/{}", parts.join("/"));
    PathTemplate::parse(&path).map_err(|problem| {
        let path = quoted(&path);
        id.error(format!(
            "{path} is not a path of an API's resource: {problem}"
        ))
    })
}

/// `{"Fn::GetAtt": ["Api", "RootResourceId"]}` or `{"Fn::GetAtt": "Api.RootResourceId"}`.
fn is_root(id: &Node<'_>) -> bool {
    let Some(attribute) = id.written("Fn::GetAtt") else {
        return false;
    };
    let value = attribute.value();
    let in_string = value
        .as_str()
        .is_some_and(|text| text.ends_with(".RootResourceId"));
    let in_list = value.get(1).and_then(|name| name.as_str()) == Some("RootResourceId");
    in_string || in_list
}
