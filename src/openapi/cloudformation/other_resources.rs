//! Resources that decide who may call an API, or that add operations to it, and whose content is not read.

use serde_json::Value;

use super::{resource::Resource, template::Template};
use crate::openapi::{model::Definition, node::Node, quoting::quoted_list};

/// Resources that may add operations and authorizers to an API if they receive its id.
const STACKS: [&str; 2] = ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"];
const CUSTOM_RESOURCE: &str = "AWS::CloudFormation::CustomResource";

const FIREWALLS: [&str; 2] = [
    "AWS::WAFRegional::WebACLAssociation",
    "AWS::WAFv2::WebACLAssociation",
];

/// Resources that map a domain to an API, and the domains.
const MAPPINGS: [&str; 3] = [
    "AWS::ApiGateway::BasePathMapping",
    "AWS::ApiGateway::BasePathMappingV2",
    "AWS::ApiGatewayV2::ApiMapping",
];
const DOMAINS: [&str; 3] = [
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGatewayV2::DomainName",
];

/// Resources that define operations, and the property that names their API.
const OPERATIONS: [(&str, &str); 2] = [
    ("AWS::ApiGateway::Method", "RestApiId"),
    ("AWS::ApiGatewayV2::Route", "ApiId"),
];

/// Warns about operations whose API is not a resource of the template: it may be this API.
pub(super) fn note_elsewhere(definition: &mut Definition, template: &Template<'_>) {
    let mut elsewhere = Vec::new();
    for (id, resource) in &template.resources {
        let property = OPERATIONS.iter().find(|(kind, _)| *kind == resource.kind);
        let properties = resource.node.written("Properties");
        let api = property.and_then(|(_, name)| properties?.written(name));
        let is_elsewhere = api.is_some_and(|api| {
            let attribute = api.attribute().map(|(resource, _)| resource);
            let name = api.reference().or(attribute).or(api.value().as_str());
            name.is_some_and(|name| !template.names_api(name))
        });
        if is_elsewhere && !resource.is_absent() {
            elsewhere.push(*id);
        }
    }
    if !elsewhere.is_empty() {
        definition.notes.push(format!(
            "some operations name an API that the template does not have. If they belong to this API, they are missing \
             here, and a less specific operation may match their requests; refer to this API with `Ref` in: {}",
            quoted_list(&elsewhere)
        ));
    }
}

/// Warns about resources that receive the API's id.
pub(super) fn note(definition: &mut Definition, template: &Template<'_>, api: &str) {
    let (mut stacks, mut others, mut firewalls) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_mapped = false;
    for (id, resource) in &template.resources {
        if resource.is_absent() || !mentions(&resource.node, api) {
            continue;
        }
        match resource.kind {
            kind if STACKS.contains(&kind) => stacks.push(id),
            kind if FIREWALLS.contains(&kind) => firewalls.push(id),
            kind if is_of_users(kind) => others.push(id),
            kind => is_mapped |= MAPPINGS.contains(&kind),
        }
    }
    for (ids, what) in [
        (
            stacks,
            "nested stacks receive this API and may add operations to it. These are not known here, and a less \
             specific operation of this template may match their requests",
        ),
        (
            others,
            "modules and custom resources receive this API, and it is not known here how they change it",
        ),
        (
            firewalls,
            "firewalls are not evaluated; refuse the requests that they block by other means",
        ),
    ] {
        if !ids.is_empty() {
            definition
                .notes
                .push(format!("{what}: {}", quoted_list(&ids)));
        }
    }
    if is_mapped && template.resources.values().any(asks_for_certificate) {
        definition.note_certificate();
    }
}

/// Whether users of CloudFormation define the type: modules and custom resources.
fn is_of_users(kind: &str) -> bool {
    kind.ends_with("::MODULE") || kind.starts_with("Custom::") || kind == CUSTOM_RESOURCE
}

fn asks_for_certificate(resource: &Resource<'_>) -> bool {
    let properties = resource.node.written("Properties");
    let asks = properties.and_then(|properties| properties.written("MutualTlsAuthentication"));
    DOMAINS.contains(&resource.kind)
        && !resource.is_absent()
        && asks.is_some_and(|asks| !asks.value().is_null())
}

/// Whether a function in the value refers to the resource.
fn mentions(node: &Node<'_>, id: &str) -> bool {
    let mut nodes = vec![node.clone()];
    while let Some(node) = nodes.pop() {
        let attribute = node.attribute().map(|(resource, _)| resource);
        if node.reference().or(attribute) == Some(id) {
            return true;
        }
        if let Some(text) = node.written("Fn::Sub") {
            let text = text.value();
            let text = text.get(0).unwrap_or(text);
            if substitutes(text, id) {
                return true;
            }
        }
        nodes.extend(node.each_member().map(|(_, member)| member));
        nodes.extend(node.each_item());
    }
    false
}

/// `${Api}` and `${Api.RootResourceId}`.
fn substitutes(text: &Value, id: &str) -> bool {
    let variables = text.as_str().unwrap_or_default().split("${").skip(1);
    let mut names = variables.filter_map(|rest| rest.split(['}', '.']).next());
    names.any(|name| name.trim() == id)
}
