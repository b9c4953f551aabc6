//! Refuses members that look as if they guarded something, in places where nothing reads them. CloudFormation and SAM
//! refuse most of them.

use super::{resource::Resource, template::Template};
use crate::openapi::{error::DefinitionError, guard_name, model::Definition, node::Node};

const REMEDY: &str = "correct the spelling, or move it to a place where it counts (in SAM: `Auth` in the `Properties` \
                      of the API or of the event)";

/// The resources that are read, and the properties that guard something in each.
const RESOURCES: [(&str, &[&str]); 8] = [
    ("AWS::ApiGateway::Method", OF_METHOD),
    ("AWS::ApiGateway::RestApi", &[]),
    ("AWS::ApiGatewayV2::Api", &[]),
    ("AWS::ApiGatewayV2::Route", OF_METHOD),
    ("AWS::Serverless::Api", &["Auth"]),
    ("AWS::Serverless::Function", &[]),
    ("AWS::Serverless::HttpApi", &["Auth"]),
    ("AWS::Serverless::StateMachine", &[]),
];

const OF_METHOD: &[&str] = &[
    "ApiKeyRequired",
    "AuthorizationScopes",
    "AuthorizationType",
    "AuthorizerId",
];

/// The sections of `Globals` that are read, and the members that guard something in each.
const GLOBALS: [(&str, &[&str]); 4] = [
    ("Api", &["Auth"]),
    ("Function", &[]),
    ("HttpApi", &["Auth"]),
    ("StateMachine", &[]),
];

/// Reports all such members at once.
pub(super) fn check(definition: &mut Definition, template: &Template<'_>) {
    for resource in template.resources.values().filter(|it| !it.is_absent()) {
        let known = RESOURCES.iter().find(|(kind, _)| *kind == resource.kind);
        if let Some((_, allowed)) = known {
            let checked = check_resource(resource, allowed);
            definition.keep(checked);
        }
    }
    if let Some(globals) = template.all_globals() {
        let checked = check_globals(&globals);
        definition.keep(checked);
    }
}

fn check_resource(resource: &Resource<'_>, allowed: &[&str]) -> Result<(), DefinitionError> {
    check_names(&resource.node, &[])?;
    let Some(properties) = resource.node.written("Properties") else {
        return Ok(());
    };
    check_names(&properties, allowed)?;
    let events = properties
        .written("Events")
        .filter(|_| resource.kind.starts_with("AWS::Serverless::"));
    for (_, event) in events.iter().flat_map(Node::each_member) {
        let kind = event.written("Type");
        let is_call = |kind: &Node<'_>| ["Api", "HttpApi"].iter().any(|it| kind.value() == it);
        if kind.as_ref().is_some_and(is_call) {
            check_names(&event, &[])?;
            check_member(&event, "Properties", &["Auth"])?;
        }
    }
    Ok(())
}

fn check_globals(globals: &Node<'_>) -> Result<(), DefinitionError> {
    check_names(globals, &[])?;
    for (name, section) in globals.each_member() {
        let known = GLOBALS.iter().find(|(known, _)| *known == name);
        if let Some((_, allowed)) = known {
            check_names(&section, allowed)?;
        } else if GLOBALS
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            return Err(section.error("`Globals` has no such section in SAM; correct the spelling"));
        }
    }
    Ok(())
}

fn check_member(node: &Node<'_>, name: &str, allowed: &[&str]) -> Result<(), DefinitionError> {
    let member = node.written(name);
    member.map_or(Ok(()), |member| check_names(&member, allowed))
}

fn check_names(node: &Node<'_>, allowed: &[&str]) -> Result<(), DefinitionError> {
    guard_name::refuse_unread(node, allowed, REMEDY)
}
