//! `AWS::ApiGateway::Authorizer` and `AWS::ApiGatewayV2::Authorizer`.

use super::{
    dialect::{Dialect, Kind},
    resource::Resource,
    template::Template,
};
use crate::openapi::{
    error::DefinitionError,
    function_target::FunctionTarget,
    model::{AuthorizerDefinition, AuthorizerType, Definition, OtherScheme, Scheme},
    node::Node,
};

/// Adds the authorizers of the API that are resources of their own.
pub(super) fn add_authorizers(
    definition: &mut Definition,
    template: &Template<'_>,
    dialect: &Dialect,
    api: &str,
) -> Result<(), DefinitionError> {
    for (id, resource) in template.of_type(dialect.authorizer.kind) {
        if resource.belongs_to(dialect.api_id, api)? {
            let scheme = read(dialect, resource);
            if let Some(scheme) = definition.keep(scheme) {
                definition.insert_scheme(id, scheme);
            }
        }
    }
    Ok(())
}

fn read(dialect: &Dialect, resource: &Resource<'_>) -> Result<Scheme, DefinitionError> {
    let names = &dialect.authorizer;
    if let Some(properties) = resource.properties() {
        properties.allow_members(names.members)?;
    }
    let kind = resource.required(names.type_property)?;
    Ok(match (dialect.kind, kind.text()?) {
        (Kind::Rest, "TOKEN") => Scheme::Lambda(lambda(dialect, resource, AuthorizerType::Token)?),
        (_, "REQUEST") => Scheme::Lambda(lambda(dialect, resource, AuthorizerType::Request)?),
        (Kind::Rest, "COGNITO_USER_POOLS") => Scheme::Other(OtherScheme::cognito_of_a_template()),
        (Kind::Http, "JWT") => Scheme::Other(OtherScheme::jwt_of_a_template()),
        _ => return Err(kind.unexpected(names.types)),
    })
}

fn lambda(
    dialect: &Dialect,
    resource: &Resource<'_>,
    kind: AuthorizerType,
) -> Result<AuthorizerDefinition, DefinitionError> {
    let mut authorizer = AuthorizerDefinition::new(kind);
    let source = resource.property("IdentitySource");
    match dialect.kind {
        Kind::Rest => {
            let text = |node: Node<'_>| node.text().map(str::to_owned);
            let source = source.map(text).transpose()?;
            authorizer.identity_source = source.filter(|source| !source.trim().is_empty());
            let expression = resource.property("IdentityValidationExpression");
            authorizer.identity_validation_expression = expression.map(text).transpose()?;
        }
        Kind::Http => {
            if let Some(sources) = source {
                let sources = sources.items()?.map(|source| source.text());
                let sources = sources.collect::<Result<Vec<_>, _>>()?;
                authorizer.identity_source = (!sources.is_empty()).then(|| sources.join(", "));
            }
            let version = resource.property("AuthorizerPayloadFormatVersion");
            authorizer.payload_format_version =
                version.map(|version| version.decimal()).transpose()?;
            let simple = resource.property("EnableSimpleResponses");
            authorizer.enable_simple_responses =
                simple.map(|simple| simple.boolean()).transpose()?;
        }
    }
    let uri = resource.property("AuthorizerUri");
    authorizer.function = uri
        .map(|uri| FunctionTarget::read(uri.value()))
        .unwrap_or_default();
    let ttl = resource.property("AuthorizerResultTtlInSeconds");
    authorizer.result_ttl = ttl.map(|ttl| ttl.integer()).transpose()?;
    Ok(authorizer)
}
