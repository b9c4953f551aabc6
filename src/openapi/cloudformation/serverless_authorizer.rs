//! An entry of SAM's `Authorizers`.

use super::dialect::{Dialect, Kind};
use crate::{
    api::SourceSyntax,
    openapi::{
        error::DefinitionError,
        function_target::FunctionTarget,
        model::{AuthorizerDefinition, AuthorizerType, Definition, OtherScheme, Scheme},
        node::Node,
    },
};

pub(super) fn add_authorizer(
    definition: &mut Definition,
    dialect: &Dialect,
    name: &str,
    node: &Node<'_>,
) -> Result<(), DefinitionError> {
    if dialect.kind == Kind::Http {
        if let Some(url) = node.member("OpenIdConnectUrl") {
            return Err(url.error("SAM refuses this; use a `JwtConfiguration`"));
        }
    }
    definition.note_dropped(node, dialect.serverless_authorizer_members)?;
    let scheme = match dialect.kind {
        Kind::Rest => of_rest_api(node, dialect.api.sources()),
        Kind::Http => of_http_api(node, dialect.api.sources()),
    };
    definition.insert_scheme(name, scheme?);
    Ok(())
}

fn of_rest_api(node: &Node<'_>, syntax: &SourceSyntax) -> Result<Scheme, DefinitionError> {
    if node.member("UserPoolArn").is_some() {
        return Ok(Scheme::Other(OtherScheme::cognito_of_a_template()));
    }
    let authorizer = match node.member("FunctionPayloadType") {
        None => token(node)?,
        Some(payload) => match payload.text()? {
            "TOKEN" => token(node)?,
            "REQUEST" => request(node, syntax)?,
            _ => return Err(payload.unexpected("`TOKEN` or `REQUEST`")),
        },
    };
    Ok(lambda(authorizer, node))
}

fn of_http_api(node: &Node<'_>, syntax: &SourceSyntax) -> Result<Scheme, DefinitionError> {
    if node.member("JwtConfiguration").is_some() {
        return Ok(Scheme::Other(OtherScheme::jwt_of_a_template()));
    }
    if let Some(source) = node.member("IdentitySource") {
        return Err(source.error(
            "only a JWT authorizer has an `IdentitySource`, and there is no `JwtConfiguration`; a Lambda authorizer \
             has `Identity`",
        ));
    }
    let version = node.member("AuthorizerPayloadFormatVersion");
    let version = version.map(|version| version.decimal()).transpose()?;
    let simple = node.member("EnableSimpleResponses");
    let simple = simple.map(|simple| simple.boolean()).transpose()?;
    let mut authorizer = request(node, syntax)?;
    authorizer.payload_format_version = version;
    // SAM leaves `false` out.
    authorizer.enable_simple_responses = simple.filter(|simple| *simple);
    Ok(lambda(authorizer, node))
}

fn lambda(mut authorizer: AuthorizerDefinition, node: &Node<'_>) -> Scheme {
    let function = node.written("FunctionArn");
    authorizer.function = function
        .map(|function| FunctionTarget::read(function.value()))
        .unwrap_or_default();
    Scheme::Lambda(authorizer)
}

fn token(node: &Node<'_>) -> Result<AuthorizerDefinition, DefinitionError> {
    let mut authorizer = AuthorizerDefinition::new(AuthorizerType::Token);
    authorizer.header = Some("Authorization".into());
    let Some(identity) = node.member("Identity") else {
        return Ok(authorizer);
    };
    identity.allow_members(&["Header", "ValidationExpression", "ReauthorizeEvery"])?;
    if let Some(header) = identity.member("Header") {
        authorizer.header = Some(header.text()?.to_owned());
    }
    if let Some(expression) = identity.member("ValidationExpression") {
        authorizer.identity_validation_expression = Some(expression.text()?.to_owned());
    }
    authorizer.result_ttl = result_ttl(&identity)?;
    Ok(authorizer)
}

fn request(
    node: &Node<'_>,
    syntax: &SourceSyntax,
) -> Result<AuthorizerDefinition, DefinitionError> {
    let mut authorizer = AuthorizerDefinition::new(AuthorizerType::Request);
    if let Some(identity) = node.member("Identity") {
        authorizer.identity_source = identity_sources(&identity, syntax)?;
        authorizer.result_ttl = result_ttl(&identity)?;
    }
    Ok(authorizer)
}

/// The identity sources, in the order in which SAM joins them.
fn identity_sources(
    identity: &Node<'_>,
    syntax: &SourceSyntax,
) -> Result<Option<String>, DefinitionError> {
    let lists = [
        ("Headers", syntax.header),
        ("QueryStrings", syntax.query_parameter),
        ("StageVariables", syntax.stage_variable),
        ("Context", syntax.context),
    ];
    let names = lists.map(|(list, _)| list);
    identity.allow_members(&[&names[..], &["ReauthorizeEvery"]].concat())?;
    let mut sources = Vec::new();
    for (list, prefix) in lists {
        let Some(names) = identity.member(list) else {
            continue;
        };
        for name in names.items()? {
            sources.push(format!("{prefix}{}", name.text()?));
        }
    }
    Ok((!sources.is_empty()).then(|| sources.join(", ")))
}

fn result_ttl(identity: &Node<'_>) -> Result<Option<u64>, DefinitionError> {
    let ttl = identity.member("ReauthorizeEvery");
    ttl.map(|ttl| ttl.integer()).transpose()
}
