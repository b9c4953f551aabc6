//! Security schemes, and the authorizers in them.

use super::{
    extensions::{AUTH_TYPE, AUTHORIZER, DEFAULT_AUTH_TYPE, NO_HEADER},
    misplaced::{self, Level},
};
use crate::{
    api::WholeApi,
    openapi::{
        error::DefinitionError,
        function_target::FunctionTarget,
        model::{AuthorizerDefinition, AuthorizerType, Definition, OtherScheme},
        node::Node,
        quoting::quoted,
    },
};

/// The members that API Gateway documents for `x-amazon-apigateway-authorizer`.
const AUTHORIZER_MEMBERS: [&str; 10] = [
    "type",
    "authorizerUri",
    "authorizerCredentials",
    "authorizerPayloadFormatVersion",
    "enableSimpleResponses",
    "identitySource",
    "identityValidationExpression",
    "authorizerResultTtlInSeconds",
    "providerARNs",
    "jwtConfiguration",
];

/// Adds one security scheme to the definition.
pub(super) fn read_scheme(
    definition: &mut Definition,
    name: &str,
    scheme: &Node<'_>,
) -> Result<(), DefinitionError> {
    scheme.object()?;
    misplaced::check(scheme, Level::Scheme)?;
    if definition.authorizers.contains_key(name) || definition.other_schemes.contains_key(name) {
        let name = quoted(name);
        return Err(scheme.error(format!(
            "the template already has an authorizer {name}; keep one"
        )));
    }
    let Some(authorizer) = scheme.member(AUTHORIZER) else {
        let other = other_scheme(scheme)?;
        definition.other_schemes.insert(name.to_owned(), other);
        return Ok(());
    };
    authorizer.allow_members(&AUTHORIZER_MEMBERS)?;
    let Some(kind) = authorizer.member("type") else {
        return Err(authorizer.error("an authorizer needs a `type`: `token` or `request`"));
    };
    let kind_text = kind.text()?.to_ascii_lowercase();
    let kind = match &*kind_text {
        "token" => {
            definition.known_api.note(WholeApi::rest(), &kind)?;
            AuthorizerType::Token
        }
        "request" => AuthorizerType::Request,
        "cognito_user_pools" => {
            definition.known_api.note(WholeApi::rest(), &kind)?;
            let other = OtherScheme::cognito(scheme.value().clone());
            definition.other_schemes.insert(name.to_owned(), other);
            return Ok(());
        }
        "jwt" => {
            definition.known_api.note(WholeApi::http(), &kind)?;
            let other = OtherScheme::jwt(scheme.value().clone());
            definition.other_schemes.insert(name.to_owned(), other);
            return Ok(());
        }
        _ => return Err(kind.unexpected("`token`, `request`, `cognito_user_pools` or `jwt`")),
    };
    note_type(definition, &authorizer)?;
    let authorizer = lambda_authorizer(kind, scheme, &authorizer)?;
    definition.authorizers.insert(name.to_owned(), authorizer);
    Ok(())
}

/// Records the members of an authorizer that only one type of API has.
fn note_type(definition: &mut Definition, authorizer: &Node<'_>) -> Result<(), DefinitionError> {
    for name in ["authorizerPayloadFormatVersion", "enableSimpleResponses"] {
        if let Some(member) = authorizer.member(name) {
            definition.known_api.note(WholeApi::http(), &member)?;
        }
    }
    let Some(node) = authorizer.member("identitySource") else {
        return Ok(());
    };
    for source in sources(&node)?.iter().flat_map(|text| text.split(',')) {
        for api in [WholeApi::rest(), WholeApi::http()] {
            if api.sources().is_of(source.trim()) {
                definition.known_api.note(api, &node)?;
            }
        }
    }
    Ok(())
}

/// The sources: a string in exports, and a list in what SAM writes for an HTTP API.
fn sources<'d>(node: &Node<'d>) -> Result<Vec<&'d str>, DefinitionError> {
    if node.value().is_array() {
        node.items()?.map(|source| source.text()).collect()
    } else {
        Ok(vec![node.text()?])
    }
}

fn lambda_authorizer(
    kind: AuthorizerType,
    scheme: &Node<'_>,
    authorizer: &Node<'_>,
) -> Result<AuthorizerDefinition, DefinitionError> {
    let text = |node: &Node<'_>, name| -> Result<Option<String>, DefinitionError> {
        let member = node.member(name);
        member
            .map(|member| member.text().map(str::to_owned))
            .transpose()
    };
    let mut definition = AuthorizerDefinition::new(kind);
    if let Some(node) = authorizer.member("identitySource") {
        let sources = sources(&node)?;
        // For an authorizer without sources, exports have an empty string.
        let sources = sources.join(", ");
        definition.identity_source = Some(sources).filter(|it| !it.trim().is_empty());
    }
    definition.identity_validation_expression = text(authorizer, "identityValidationExpression")?;
    let ttl = authorizer.member("authorizerResultTtlInSeconds");
    definition.result_ttl = ttl.map(|ttl| ttl.integer()).transpose()?;
    let version = authorizer.member("authorizerPayloadFormatVersion");
    definition.payload_format_version = version.map(|version| version.decimal()).transpose()?;
    let simple = authorizer.member("enableSimpleResponses");
    definition.enable_simple_responses = simple.map(|simple| simple.boolean()).transpose()?;
    definition.auth_type = text(scheme, AUTH_TYPE)?.filter(|label| label != DEFAULT_AUTH_TYPE);
    definition.uri = authorizer
        .member("authorizerUri")
        .map(|uri| uri.value().clone());
    definition.function = definition
        .uri
        .as_ref()
        .map(FunctionTarget::read)
        .unwrap_or_default();
    let credentials = authorizer.member("authorizerCredentials");
    definition.credentials = credentials.map(|credentials| credentials.value().clone());
    if kind == AuthorizerType::Token {
        definition.header = token_header(scheme)?;
        if definition.header.is_none() && definition.identity_source.is_none() {
            return Err(scheme.error(
                "a token authorizer needs a header: set `in: header` and `name` in the scheme, or `identitySource` in \
                 the authorizer",
            ));
        }
    }
    Ok(definition)
}

/// The header that the scheme names.
fn token_header(scheme: &Node<'_>) -> Result<Option<String>, DefinitionError> {
    if let Some(position) = scheme.member("in") {
        if position.text()? != "header" {
            return Err(
                position.unexpected("`header`, the place of a token authorizer's identity source")
            );
        }
    }
    let name = scheme.member("name").map(|name| name.text()).transpose()?;
    Ok(name.filter(|name| *name != NO_HEADER).map(str::to_owned))
}

fn other_scheme(scheme: &Node<'_>) -> Result<OtherScheme, DefinitionError> {
    let raw = scheme.value().clone();
    let auth_type = scheme.member(AUTH_TYPE);
    if let Some(auth_type) = auth_type {
        if auth_type.text()?.to_ascii_lowercase().starts_with("aws") {
            return Ok(OtherScheme::iam(raw));
        }
    }
    let Some(kind) = scheme.member("type") else {
        return Err(
            scheme.error("a security scheme needs a `type`; references (`$ref`) are not followed")
        );
    };
    Ok(match kind.text()? {
        "apiKey" => OtherScheme::api_key(raw),
        kind => {
            let kind = quoted(kind);
            OtherScheme::new(
                format!("a scheme of the type {kind} without `{AUTHORIZER}`"),
                raw,
            )
        }
    })
}
