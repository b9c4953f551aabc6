//! An entry of `Authorizers` of SAM's HTTP APIs.

use super::serverless_authorizer::{identity_sources, result_ttl};
use crate::{
    api::WholeApi,
    openapi::{
        error::DefinitionError,
        model::{AuthorizerDefinition, AuthorizerType, Definition, OtherScheme},
        node::Node,
    },
};

const MEMBERS: [&str; 9] = [
    "AuthorizationScopes",
    "AuthorizerPayloadFormatVersion",
    "EnableFunctionDefaultPermissions",
    "EnableSimpleResponses",
    "FunctionArn",
    "FunctionInvokeRole",
    "Identity",
    "IdentitySource",
    "JwtConfiguration",
];

pub(super) fn add_authorizer(
    definition: &mut Definition,
    name: &str,
    node: &Node<'_>,
) -> Result<(), DefinitionError> {
    if let Some(url) = node.member("OpenIdConnectUrl") {
        return Err(url.error("SAM refuses it; write a `JwtConfiguration`"));
    }
    definition.note_dropped(node, &MEMBERS)?;
    if node.member("JwtConfiguration").is_some() {
        let schemes = &mut definition.other_schemes;
        schemes.insert(name.to_owned(), OtherScheme::jwt_of_a_template());
        return Ok(());
    }
    if let Some(source) = node.member("IdentitySource") {
        return Err(source.error(
            "a JWT authorizer has it, and no `JwtConfiguration` is here; a Lambda authorizer has `Identity`",
        ));
    }
    let mut authorizer = AuthorizerDefinition::new(AuthorizerType::Request);
    let version = node.member("AuthorizerPayloadFormatVersion");
    authorizer.payload_format_version = version.map(|version| version.decimal()).transpose()?;
    // As SAM has it, `false` is left out.
    if let Some(simple) = node.member("EnableSimpleResponses") {
        authorizer.enable_simple_responses = simple.boolean()?.then_some(true);
    }
    if let Some(identity) = node.member("Identity") {
        authorizer.identity_source = identity_sources(&identity, WholeApi::http().sources())?;
        authorizer.result_ttl = result_ttl(&identity)?;
    }
    definition.authorizers.insert(name.to_owned(), authorizer);
    Ok(())
}
