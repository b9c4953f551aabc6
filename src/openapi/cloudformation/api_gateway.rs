//! `AWS::ApiGateway::Authorizer`, `Resource` and `Method`.

use serde_json::json;

use super::{resource::Resource, route::method, template::Template};
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::{
        API_KEY, AuthorizerDefinition, AuthorizerType, Definition, IAM, Operation, OtherScheme,
    },
    node::Node,
    routing::PathTemplate,
};

const AUTHORIZER: &str = "AWS::ApiGateway::Authorizer";

const AUTHORIZER_MEMBERS: [&str; 10] = [
    "AuthType",
    "AuthorizerCredentials",
    "AuthorizerResultTtlInSeconds",
    "AuthorizerUri",
    "IdentitySource",
    "IdentityValidationExpression",
    "Name",
    "ProviderARNs",
    "RestApiId",
    "Type",
];

/// What an `AuthorizerId` or scopes are without a type that needs them.
const NOT_ASKED: &str = "without `AuthorizationType: CUSTOM` (or another that has an authorizer) it is not asked for, and \
                         everybody may call this; leave it out, or say the type";

/// The deepest resource; a cycle of parents ends here as well.
const MAX_DEPTH: usize = 64;

pub(super) fn add_authorizers(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    for (id, authorizer) in template.of_type(AUTHORIZER) {
        if authorizer.belongs_to("RestApiId", api)? {
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
    let kind = resource.required("Type")?;
    let kind = match kind.text()? {
        "TOKEN" => AuthorizerType::Token,
        "REQUEST" => AuthorizerType::Request,
        "COGNITO_USER_POOLS" => {
            let scheme = json!({"type": "apiKey", "name": "Authorization", "in": "header",
                "x-amazon-apigateway-authtype": "cognito_user_pools",
                "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"}});
            definition
                .other_schemes
                .insert(id.to_owned(), OtherScheme::cognito(scheme));
            return Ok(());
        }
        _ => return Err(kind.unexpected("`TOKEN`, `REQUEST` or `COGNITO_USER_POOLS`")),
    };
    let text = |name| -> Result<Option<String>, DefinitionError> {
        let property = resource.property(name);
        property
            .map(|property| property.text().map(str::to_owned))
            .transpose()
    };
    let mut authorizer = AuthorizerDefinition::new(kind);
    authorizer.identity_source = text("IdentitySource")?.filter(|it| !it.trim().is_empty());
    authorizer.identity_validation_expression = text("IdentityValidationExpression")?;
    let ttl = resource.property("AuthorizerResultTtlInSeconds");
    authorizer.result_ttl = ttl.map(|ttl| ttl.integer()).transpose()?;
    definition.authorizers.insert(id.to_owned(), authorizer);
    Ok(())
}

pub(super) fn add_operations(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    for (_, resource) in template.of_type("AWS::ApiGateway::Method") {
        if resource.belongs_to("RestApiId", api)? {
            let read = read_method(definition, template, resource);
            let operation = definition.keep(read);
            definition.operations.extend(operation);
        }
    }
    Ok(())
}

fn read_method(
    definition: &mut Definition,
    template: &Template<'_>,
    resource: &Resource<'_>,
) -> Result<Operation, DefinitionError> {
    let path = path_of(template, &resource.required("ResourceId")?)?;
    let mut names = Vec::new();
    if let Some(properties) = resource.properties() {
        check_asked(&properties)?;
    }
    if let Some(kind) = resource.property("AuthorizationType") {
        match kind.text()? {
            "NONE" => {}
            IAM => {
                definition.add_iam();
                names.push(IAM.to_owned());
            }
            "CUSTOM" | "COGNITO_USER_POOLS" => {
                names.push(authorizer_of(
                    &resource.required("AuthorizerId")?,
                    AUTHORIZER,
                )?);
            }
            _ => return Err(kind.unexpected("`NONE`, `AWS_IAM`, `CUSTOM` or `COGNITO_USER_POOLS`")),
        }
    }
    let key = resource.property("ApiKeyRequired");
    if key.map_or(Ok(false), |key| key.boolean())? {
        definition.add_api_key();
        names.push(API_KEY.into());
    }
    names.sort_unstable();
    let authorizer = definition
        .settle(&names)
        .map_err(|problem| resource.node.error(problem))?;
    Ok(Operation {
        method: method(&resource.required("HttpMethod")?)?,
        path,
        security: Some(names),
        authorizer,
        has_iam: false,
        has_integration: true,
    })
}

/// Refuses what an authorizer would have, of a method or a route without one.
pub(super) fn check_asked(properties: &Node<'_>) -> Result<(), DefinitionError> {
    let kind = properties.member("AuthorizationType");
    if kind.is_some_and(|kind| kind.value() != "NONE") {
        return Ok(());
    }
    let scopes = properties.written("AuthorizationScopes");
    let scopes = scopes.filter(|scopes| *scopes.value() != json!([]));
    match properties.member("AuthorizerId").or(scopes) {
        Some(unasked) => Err(unasked.error(NOT_ASKED)),
        None => Ok(()),
    }
}

/// The logical id of the authorizer that an `AuthorizerId` names.
pub(super) fn authorizer_of(id: &Node<'_>, kind: &str) -> Result<String, DefinitionError> {
    let attribute = id.attribute().filter(|(_, name)| *name == "AuthorizerId");
    match id.reference().or(attribute.map(|(resource, _)| resource)) {
        Some(name) => Ok(name.to_owned()),
        None => Err(id.error(format!(
            "an `{kind}` of this template has to be named here, as in `Ref: Authorizer`"
        ))),
    }
}

/// The path of a resource, from itself up to the root.
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
                "an `AWS::ApiGateway::Resource` of this template (`Ref: …`) or the API's `RootResourceId` \
                 (`Fn::GetAtt: …`) has to be named here",
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
        id.error(format!("{path} is no path of an API's resource: {problem}"))
    })
}

/// `{"Fn::GetAtt": ["Api", "RootResourceId"]}` or `{"Fn::GetAtt": "Api.RootResourceId"}`.
fn is_root(id: &Node<'_>) -> bool {
    let Some(attribute) = id.written("Fn::GetAtt") else {
        return false;
    };
    let value = attribute.value();
    let of_text = value
        .as_str()
        .is_some_and(|text| text.ends_with(".RootResourceId"));
    let of_list = value.get(1).and_then(|name| name.as_str()) == Some("RootResourceId");
    of_text || of_list
}
