//! OpenAPI 3.0 and Swagger 2.0 documents, as API Gateway exports and imports them.

mod extensions;
mod misplaced;
mod operations;
mod schemes;
mod security;
mod unread;

use serde_json::{Value, json};

pub(super) use self::extensions::{
    ANY_METHOD, CORS, DEFAULT_AUTH_TYPE, EXPORT_VERSION, IS_DEFAULT_ROUTE, NO_HEADER,
};
use self::{
    extensions::{API_KEY_SOURCE, GATEWAY_RESPONSES, RESOURCE_POLICY},
    misplaced::Level,
    operations::read_operations,
    schemes::read_scheme,
    security::scheme_names,
};
use super::{error::DefinitionError, model::Definition, node::Node};
use crate::api::WholeApi;

/// Reads a document.
pub(super) fn read(root: &Node<'_>) -> Result<Definition, DefinitionError> {
    let mut definition = Definition::default();
    read_into(&mut definition, root)?;
    definition.fail_on_errors()?;
    definition.complete_operations();
    Ok(definition)
}

/// Reads a document inside another one: the `DefinitionBody` of a CloudFormation template. It may use the schemes that
/// the definition already has.
pub(super) fn read_into(
    definition: &mut Definition,
    root: &Node<'_>,
) -> Result<(), DefinitionError> {
    read_title(definition, root);
    note_type(definition, root)?;
    misplaced::check(root, Level::Document)?;
    misplaced::check_member(root, "info", Level::Info)?;
    misplaced::check_member(root, "components", Level::Components)?;
    unread::collect(definition, root, Level::Document);
    if let Some(components) = root.written("components") {
        unread::collect(definition, &components, Level::Components);
    }
    note_unread_schemes(definition, root);
    read_schemes(definition, root)?;
    read_root_security(definition, root)?;
    let paths = root.member("paths").ok_or_else(|| {
        root.error("an API's document needs `paths`, even if they are empty (`{}`)")
    })?;
    read_operations(definition, &paths)?;
    read_gateway_responses(definition, root)?;
    read_cors(definition, root)?;
    definition.has_resource_policy |= root.member(RESOURCE_POLICY).is_some();
    let source = root.member(API_KEY_SOURCE);
    definition.has_keys_of_authorizers |= source.is_some_and(|it| it.value() == "AUTHORIZER");
    note_endpoint(definition, root);
    unread::note(definition);
    Ok(())
}

/// In a template the title may be an intrinsic function. It is only a name.
fn read_title(definition: &mut Definition, root: &Node<'_>) {
    let title = root.written("info").and_then(|info| info.written("title"));
    if let Some(title) = title.and_then(|title| title.value().as_str()) {
        definition.title = title.to_owned();
    }
}

fn read_schemes(definition: &mut Definition, root: &Node<'_>) -> Result<(), DefinitionError> {
    let Some(schemes) = schemes(root)? else {
        return Ok(());
    };
    for (name, scheme) in schemes.members()? {
        let read = read_scheme(definition, name, &scheme);
        definition.keep(read);
    }
    // Operations refer to schemes, so the errors so far would cause more.
    definition.fail_on_errors()
}

fn read_root_security(definition: &mut Definition, root: &Node<'_>) -> Result<(), DefinitionError> {
    if let Some(security) = root.member("security") {
        let names = scheme_names(&security)?;
        let settled = definition.settle_document(&names);
        settled.map_err(|problem| security.error(problem))?;
        definition.root_security = names;
    }
    Ok(())
}

fn read_gateway_responses(
    definition: &mut Definition,
    root: &Node<'_>,
) -> Result<(), DefinitionError> {
    if let Some(responses) = root.member(GATEWAY_RESPONSES) {
        if !responses.is_function() {
            responses.object()?;
        }
        definition.gateway_responses = definition.known_responses(&responses);
    }
    Ok(())
}

fn read_cors(definition: &mut Definition, root: &Node<'_>) -> Result<(), DefinitionError> {
    if let Some(cors) = root.member(CORS) {
        definition.cors = Some(if cors.is_function() {
            // The configuration is not applied, so its value does not matter.
            json!({})
        } else {
            cors.object()?;
            cors.value().clone()
        });
    }
    Ok(())
}

/// Records that only certain networks can reach the API.
fn note_endpoint(definition: &mut Definition, root: &Node<'_>) {
    let servers = root.member("servers").into_iter();
    let mut places = servers
        .flat_map(|servers| servers.each_item().collect::<Vec<_>>())
        .chain([root.clone()]);
    let is_private = |place: Node<'_>| {
        let endpoint = place.member("x-amazon-apigateway-endpoint-configuration");
        endpoint.is_some_and(|endpoint| endpoint.written("vpcEndpointIds").is_some())
    };
    definition.is_private |= places.any(is_private);
}

/// Records the top-level members that only one type of API has.
fn note_type(definition: &mut Definition, root: &Node<'_>) -> Result<(), DefinitionError> {
    for (name, api) in [
        (EXPORT_VERSION, WholeApi::http()),
        (CORS, WholeApi::http()),
        (GATEWAY_RESPONSES, WholeApi::rest()),
        (RESOURCE_POLICY, WholeApi::rest()),
    ] {
        if let Some(member) = root.member(name) {
            definition.known_api.note(api, &member)?;
        }
    }
    Ok(())
}

/// Adds a note about schemes that are in the place where the other OpenAPI version has them.
fn note_unread_schemes(definition: &mut Definition, root: &Node<'_>) {
    let components = root.written("components");
    let unread = match root.written("openapi") {
        Some(_) => root.written("securityDefinitions"),
        None => components.and_then(|components| components.written("securitySchemes")),
    };
    if let Some(unread) = unread {
        definition.notes.push(format!(
            "the security schemes at `{}` are not read: in OpenAPI 3 they belong in `components.securitySchemes`, in \
             Swagger 2.0 in `securityDefinitions`",
            unread.place()
        ));
    }
}

/// The security schemes. Their place depends on the OpenAPI version.
fn schemes<'d>(root: &Node<'d>) -> Result<Option<Node<'d>>, DefinitionError> {
    let version = |name| root.member(name).map(|node| (version_text(&node), node));
    match (version("openapi"), version("swagger")) {
        (Some((version, _)), None) if version.starts_with("3.") => {
            let components = root.member("components");
            Ok(components.and_then(|components| components.member("securitySchemes")))
        }
        (None, Some((version, _))) if version == "2.0" => Ok(root.member("securityDefinitions")),
        (Some((_, node)), None) | (None, Some((_, node))) => {
            Err(node.unexpected("the version `3.0.…` of OpenAPI or `2.0` of Swagger"))
        }
        (Some(_), Some((_, node))) => Err(node.error("the document has `openapi` as well; keep one of the two")),
        (None, None) => Err(root.not_a_document(
            "this is not an OpenAPI document: it has neither `openapi: 3.0.…` nor `swagger: \"2.0\"`. Export one \
             from API Gateway, or read a CloudFormation template with `from_cloudformation`",
        )),
    }
}

/// `swagger: 2.0` without quotes is a number in YAML.
fn version_text(version: &Node<'_>) -> String {
    match version.value() {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}
