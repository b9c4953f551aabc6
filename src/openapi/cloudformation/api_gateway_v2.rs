//! `AWS::ApiGatewayV2::Api`, `Authorizer` and `Route` of HTTP APIs.

use serde_json::{Map, Value, json};

use super::{
    api_gateway::{authorizer_of, check_asked},
    resource::Resource,
    route::{method_of, path},
    template::Template,
};
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::{AuthorizerDefinition, AuthorizerType, Definition, IAM, Operation, OtherScheme},
    node::Node,
    routing::PathTemplate,
};

const AUTHORIZER: &str = "AWS::ApiGatewayV2::Authorizer";
const API_ID: &str = "ApiId";
const DEFAULT_ROUTE: &str = "$default";

const AUTHORIZER_MEMBERS: [&str; 11] = [
    API_ID,
    "AuthorizerCredentialsArn",
    "AuthorizerPayloadFormatVersion",
    "AuthorizerResultTtlInSeconds",
    "AuthorizerType",
    "AuthorizerUri",
    "EnableSimpleResponses",
    "IdentitySource",
    "IdentityValidationExpression",
    "JwtConfiguration",
    "Name",
];

pub(super) fn add_authorizers(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    for (id, authorizer) in template.of_type(AUTHORIZER) {
        if authorizer.belongs_to(API_ID, api)? {
            let added = add_authorizer(definition, id, authorizer);
            definition.keep(added);
        }
    }
    Ok(())
}

fn add_authorizer(
    definition: &mut Definition,
    id: &str,
    resource: &Resource<'_>,
) -> Result<(), DefinitionError> {
    if let Some(properties) = resource.properties() {
        properties.allow_members(&AUTHORIZER_MEMBERS)?;
    }
    let kind = resource.required("AuthorizerType")?;
    match kind.text()? {
        "REQUEST" => {
            let authorizer = read_authorizer(resource)?;
            definition.authorizers.insert(id.to_owned(), authorizer);
        }
        "JWT" => {
            let schemes = &mut definition.other_schemes;
            schemes.insert(id.to_owned(), OtherScheme::jwt_of_a_template());
        }
        _ => return Err(kind.unexpected("`REQUEST` or `JWT`")),
    }
    Ok(())
}

fn read_authorizer(resource: &Resource<'_>) -> Result<AuthorizerDefinition, DefinitionError> {
    let mut authorizer = AuthorizerDefinition::new(AuthorizerType::Request);
    if let Some(sources) = resource.property("IdentitySource") {
        let sources = sources.items()?.map(|source| source.text());
        let sources = sources.collect::<Result<Vec<_>, _>>()?;
        authorizer.identity_source = (!sources.is_empty()).then(|| sources.join(", "));
    }
    let version = resource.property("AuthorizerPayloadFormatVersion");
    authorizer.payload_format_version = version.map(|version| version.decimal()).transpose()?;
    let simple = resource.property("EnableSimpleResponses");
    authorizer.enable_simple_responses = simple.map(|simple| simple.boolean()).transpose()?;
    let ttl = resource.property("AuthorizerResultTtlInSeconds");
    authorizer.result_ttl = ttl.map(|ttl| ttl.integer()).transpose()?;
    Ok(authorizer)
}

/// Adds the routes, and the one that an API with a `Target` makes by itself.
pub(super) fn add_operations(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    let resource = template.resource(api);
    let protocol = resource.and_then(|resource| resource.property("ProtocolType"));
    if let Some(protocol) = protocol.filter(|protocol| protocol.value() != "HTTP") {
        return Err(protocol.unexpected("`HTTP`"));
    }
    let managed = managed_security(definition, template, api)?;
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
            "`ApiGatewayManagedOverrides` guard the route of an API with a `Target`, which this one does not have",
        ));
    }
    for (_, route) in template.of_type("AWS::ApiGatewayV2::Route") {
        if route.belongs_to(API_ID, api)? {
            let read = read_route(definition, route);
            let operation = definition.keep(read);
            definition.operations.extend(operation);
        }
    }
    Ok(())
}

/// What is said of the route that an API with a `Target` makes by itself.
fn managed_security(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<Vec<String>, DefinitionError> {
    let mut names = Vec::new();
    for (_, overrides) in template.of_type("AWS::ApiGatewayV2::ApiGatewayManagedOverrides") {
        if overrides.belongs_to(API_ID, api)? {
            if let Some(properties) = overrides.properties() {
                properties.allow_members(&[API_ID, "Integration", "Route", "Stage"])?;
            }
            if let Some(route) = overrides.property("Route") {
                names.extend(security(definition, &route)?);
            }
        }
    }
    Ok(names)
}

fn read_route(
    definition: &mut Definition,
    route: &Resource<'_>,
) -> Result<Operation, DefinitionError> {
    let key = route_key(definition, &route.required("RouteKey")?)?;
    let properties = route.properties().unwrap_or_else(|| route.node.clone());
    let names = security(definition, &properties)?;
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
        return Err(node.unexpected("a method and a path (`GET /pets`), or `$default`,"));
    };
    let path = path(definition, resource, node)?;
    match path.is_default_route() {
        true => Err(node.unexpected("`$default`, the key of the default route,")),
        false => Ok((method_of(method, node)?, path)),
    }
}

fn operation(
    definition: &mut Definition,
    (method, path): Route,
    names: Vec<String>,
    node: &Node<'_>,
) -> Result<Operation, DefinitionError> {
    let authorizer = definition.settle(&names);
    Ok(Operation {
        method,
        path,
        authorizer: authorizer.map_err(|problem| node.error(problem))?,
        security: Some(names),
        has_iam: false,
        has_integration: true,
    })
}

/// The schemes of a route with these properties.
fn security(definition: &mut Definition, route: &Node<'_>) -> Result<Vec<String>, DefinitionError> {
    check_asked(route)?;
    let (kind, id) = (
        route.member("AuthorizationType"),
        route.member("AuthorizerId"),
    );
    let text = kind.as_ref().map(Node::text).transpose()?;
    match (text, id) {
        (None | Some("NONE"), _) => Ok(Vec::new()),
        (Some(IAM), _) => {
            definition.add_iam();
            Ok(vec![IAM.to_owned()])
        }
        (Some("CUSTOM" | "JWT"), Some(id)) => Ok(vec![authorizer_of(&id, AUTHORIZER)?]),
        (Some("CUSTOM" | "JWT"), None) => {
            Err(route.error("its property `AuthorizerId` is missing"))
        }
        (Some(_), _) => Err(kind
            .as_ref()
            .unwrap_or(route)
            .unexpected("`NONE`, `AWS_IAM`, `CUSTOM` or `JWT`")),
    }
}

/// Only routes of WebSocket APIs can have one.
fn check_no_api_key(route: &Node<'_>) -> Result<(), DefinitionError> {
    match route.member("ApiKeyRequired") {
        Some(required) if required.boolean()? => Err(required.error(
            "an HTTP API has no API keys, so it would guard nothing; leave it out, and give the route an authorizer",
        )),
        _ => Ok(()),
    }
}

/// Adds the CORS configuration, in the form that OpenAPI has it in.
pub(super) fn add_cors(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    const MEMBERS: [(&str, &str); 6] = [
        ("AllowCredentials", "allowCredentials"),
        ("AllowHeaders", "allowHeaders"),
        ("AllowMethods", "allowMethods"),
        ("AllowOrigins", "allowOrigins"),
        ("ExposeHeaders", "exposeHeaders"),
        ("MaxAge", "maxAge"),
    ];
    let Some(cors) = template.setting(api, "CorsConfiguration")? else {
        return Ok(());
    };
    let cors = match cors.value() {
        Value::Null | Value::Bool(false) => return Ok(()),
        // It is not applied, so it does not matter what it is.
        _ if cors.is_function() => json!({}),
        // SAM's short form.
        Value::Bool(true) => json!({"allowOrigins": ["*"]}),
        _ => {
            let mut members = Map::new();
            for (name, value) in cors.members()? {
                let known = MEMBERS.iter().find(|(known, _)| *known == name);
                let Some((_, written)) = known else {
                    let name = quoted(name);
                    return Err(value.error(format!("{name} is no member of a CORS configuration")));
                };
                members.insert((*written).to_owned(), value.value().clone());
            }
            members.into()
        }
    };
    definition.cors = Some(cors);
    Ok(())
}
