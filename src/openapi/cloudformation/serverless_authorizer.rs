//! An entry of SAM's `Authorizers`.

use serde_json::json;

use crate::{
    api::{SourceSyntax, WholeApi},
    openapi::{
        error::DefinitionError,
        model::{AuthorizerDefinition, AuthorizerType, Definition, OtherScheme},
        node::Node,
    },
};

const MEMBERS: [&str; 7] = [
    "AuthorizationScopes",
    "DisableFunctionDefaultPermissions",
    "FunctionArn",
    "FunctionInvokeRole",
    "FunctionPayloadType",
    "Identity",
    "UserPoolArn",
];

pub(super) fn add_authorizer(
    definition: &mut Definition,
    name: &str,
    node: &Node<'_>,
) -> Result<(), DefinitionError> {
    definition.note_dropped(node, &MEMBERS)?;
    if node.member("UserPoolArn").is_some() {
        let scheme = json!({
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "cognito_user_pools",
            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"},
        });
        definition
            .other_schemes
            .insert(name.to_owned(), OtherScheme::cognito(scheme));
        return Ok(());
    }
    let payload = node.member("FunctionPayloadType");
    let authorizer = match payload.as_ref().map(Node::text).transpose()? {
        None | Some("TOKEN") => token(node)?,
        Some("REQUEST") => request(node)?,
        Some(_) => {
            return Err(payload
                .as_ref()
                .unwrap_or(node)
                .unexpected("`TOKEN` or `REQUEST`"));
        }
    };
    definition.authorizers.insert(name.to_owned(), authorizer);
    Ok(())
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

fn request(node: &Node<'_>) -> Result<AuthorizerDefinition, DefinitionError> {
    let mut authorizer = AuthorizerDefinition::new(AuthorizerType::Request);
    let Some(identity) = node.member("Identity") else {
        return Ok(authorizer);
    };
    authorizer.identity_source = identity_sources(&identity, WholeApi::rest().sources())?;
    authorizer.result_ttl = result_ttl(&identity)?;
    Ok(authorizer)
}

/// The sources in the order in which SAM joins them.
pub(super) fn identity_sources(
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

pub(super) fn result_ttl(identity: &Node<'_>) -> Result<Option<u64>, DefinitionError> {
    let ttl = identity.member("ReauthorizeEvery");
    ttl.map(|ttl| ttl.integer()).transpose()
}
