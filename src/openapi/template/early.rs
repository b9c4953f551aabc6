//! What SAM decides before CloudFormation works out conditions: there it takes a function for a value, and mostly for
//! true. So who may call what would not depend on the condition, whatever the template says.

use crate::openapi::{error::DefinitionError, node::Node};

/// What SAM asks of an API, beside `Auth`.
const OF_API: [&str; 1] = ["MergeDefinitions"];

/// What it asks of an API's `Auth`.
const OF_AUTH: [&str; 6] = [
    "AddApiKeyRequiredToCorsPreflight",
    "AddDefaultAuthorizerToCorsPreflight",
    "ApiKeyRequired",
    "Authorizers",
    "DefaultAuthorizer",
    "EnableIamAuthorizer",
];

/// What it asks of an event's `Auth`.
const OF_EVENT: [&str; 3] = ["ApiKeyRequired", "Authorizer", "OverrideApiAuth"];

/// Checks a resource as it is written.
pub(super) fn check_resource(kind: &str, resource: &Node<'_>) -> Result<(), DefinitionError> {
    let Some(properties) = resource.written("Properties") else {
        return Ok(());
    };
    match kind {
        "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => check_api(&properties),
        "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => check_events(&properties),
        _ => Ok(()),
    }
}

/// Checks `Globals` as they are written.
pub(super) fn check_globals(globals: &Node<'_>) -> Result<(), DefinitionError> {
    let mut sections = ["Api", "HttpApi"]
        .into_iter()
        .filter_map(|name| globals.written(name));
    sections.try_for_each(|section| check_api(&section))
}

fn check_api(properties: &Node<'_>) -> Result<(), DefinitionError> {
    check_members(properties, &OF_API)?;
    let Some(auth) = properties.written("Auth") else {
        return Ok(());
    };
    check(&auth)?;
    check_members(&auth, &OF_AUTH)?;
    let authorizers = auth.written("Authorizers");
    let mut authorizers = authorizers.iter().flat_map(Node::each_member);
    authorizers.try_for_each(|(_, authorizer)| check(&authorizer))
}

fn check_events(properties: &Node<'_>) -> Result<(), DefinitionError> {
    let events = properties.written("Events");
    for (_, event) in events.iter().flat_map(Node::each_member) {
        let kind = event.written("Type");
        let is_call = |kind: &Node<'_>| ["Api", "HttpApi"].iter().any(|it| kind.value() == it);
        let properties = event.written("Properties");
        let auth = properties.and_then(|properties| properties.written("Auth"));
        if let Some(auth) = auth.filter(|_| kind.as_ref().is_some_and(is_call)) {
            check(&auth)?;
            check_members(&auth, &OF_EVENT)?;
        }
    }
    Ok(())
}

fn check_members(node: &Node<'_>, names: &[&str]) -> Result<(), DefinitionError> {
    let mut members = names.iter().filter_map(|name| node.written(name));
    members.try_for_each(|member| check(&member))
}

fn check(node: &Node<'_>) -> Result<(), DefinitionError> {
    let is_condition = node.written("Fn::If").is_some() || node.reference() == Some("AWS::NoValue");
    match is_condition {
        false => Ok(()),
        true => Err(node.error(
            "SAM reads this before conditions are worked out, and takes the function for the value; write the value",
        )),
    }
}
