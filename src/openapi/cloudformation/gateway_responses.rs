//! Gateway responses of templates, converted to the form of OpenAPI documents.

use serde_json::{Map, Value, json};

use super::template::Template;
use crate::openapi::{error::DefinitionError, model::Definition, node::Node, quoting::quoted};

/// The groups of SAM's `ResponseParameters`, and the prefix that SAM adds to the names in each.
const GROUPS: [(&str, &str); 3] = [
    ("Headers", "gatewayresponse.header."),
    ("Paths", "gatewayresponse.path."),
    ("QueryStrings", "gatewayresponse.querystring."),
];

/// Adds the responses of the API, of `Globals`, and of `AWS::ApiGateway::GatewayResponse`.
pub(super) fn add(
    definition: &mut Definition,
    template: &Template<'_>,
    api: &str,
) -> Result<(), DefinitionError> {
    let resource = template.resource(api);
    let is_serverless = resource.is_none_or(|resource| resource.kind == "AWS::Serverless::Api");
    if is_serverless {
        for responses in template.settings(api, "GatewayResponses")? {
            let Some(known) = definition.known_responses(&responses) else {
                continue;
            };
            for (name, response) in responses.of_same_place(&known).members()? {
                add_one(definition, name, serverless(&response)?, &response)?;
            }
        }
    }
    for (_, response) in template.of_type("AWS::ApiGateway::GatewayResponse") {
        if !response.belongs_to("RestApiId", api)? {
            continue;
        }
        let properties = response.properties().unwrap_or(response.node.clone());
        let mut written = properties.value().clone();
        if let Some(members) = written.as_object_mut() {
            members.remove("RestApiId");
        }
        let written = properties.of_same_place(&written);
        let Some(known) = definition.known_responses(&written) else {
            continue;
        };
        // If the type of the response is not known, the whole response is left out.
        if written.written("ResponseType").is_some() && known.get("ResponseType").is_none() {
            continue;
        }
        let name = response.required("ResponseType")?.text()?;
        let read = api_gateway(&properties.of_same_place(&known))?;
        add_one(definition, name, read, &response.node)?;
    }
    Ok(())
}

fn add_one(
    definition: &mut Definition,
    name: &str,
    response: Value,
    node: &Node<'_>,
) -> Result<(), DefinitionError> {
    let responses = definition
        .gateway_responses
        .get_or_insert_with(|| json!({}));
    let before = responses
        .as_object_mut()
        .and_then(|all| all.insert(name.to_owned(), response));
    match before {
        None => Ok(()),
        Some(_) => Err(node.error(format!(
            "the gateway response {} is defined twice; keep one",
            quoted(name)
        ))),
    }
}

fn serverless(response: &Node<'_>) -> Result<Value, DefinitionError> {
    response.allow_members(&["StatusCode", "ResponseParameters", "ResponseTemplates"])?;
    let mut parameters = Map::new();
    if let Some(node) = response.member("ResponseParameters") {
        node.allow_members(&GROUPS.map(|(group, _)| group))?;
        for (group, prefix) in GROUPS {
            if let Some(group) = node.member(group) {
                for (name, value) in group.members()? {
                    parameters.insert(format!("{prefix}{name}"), value.text()?.into());
                }
            }
        }
    }
    let (status, templates) = (
        response.member("StatusCode"),
        response.member("ResponseTemplates"),
    );
    open_api(status, parameters, templates)
}

fn api_gateway(properties: &Node<'_>) -> Result<Value, DefinitionError> {
    let parameters = properties.member("ResponseParameters");
    let parameters = parameters.map_or(Ok(Map::new()), |parameters| strings(&parameters))?;
    let status = properties.member("StatusCode");
    open_api(status, parameters, properties.member("ResponseTemplates"))
}

fn open_api(
    status: Option<Node<'_>>,
    parameters: Map<String, Value>,
    templates: Option<Node<'_>>,
) -> Result<Value, DefinitionError> {
    let mut entry = Map::new();
    if let Some(status) = status {
        entry.insert("statusCode".into(), status.integer()?.to_string().into());
    }
    if !parameters.is_empty() {
        entry.insert("responseParameters".into(), parameters.into());
    }
    if let Some(templates) = templates {
        entry.insert("responseTemplates".into(), strings(&templates)?.into());
    }
    Ok(entry.into())
}

fn strings(node: &Node<'_>) -> Result<Map<String, Value>, DefinitionError> {
    let members = node.members()?;
    members
        .map(|(name, value)| Ok((name.to_owned(), value.text()?.into())))
        .collect()
}
