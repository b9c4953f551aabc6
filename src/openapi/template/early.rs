//! Refuses conditions in members that SAM reads before CloudFormation evaluates conditions. SAM takes the function for
//! the value, mostly for true, so who may call what would not depend on the condition.

use super::resolver::Resolver;
use crate::openapi::{error::DefinitionError, node::Node};

/// The members of an API that SAM reads early, apart from `Auth`.
const OF_API: [&str; 1] = ["MergeDefinitions"];

/// The members of an API's `Auth` that SAM reads early.
const OF_AUTH: [&str; 6] = [
    "AddApiKeyRequiredToCorsPreflight",
    "AddDefaultAuthorizerToCorsPreflight",
    "ApiKeyRequired",
    "Authorizers",
    "DefaultAuthorizer",
    "EnableIamAuthorizer",
];

/// The members of an event's `Auth` that SAM reads early.
const OF_EVENT: [&str; 3] = ["ApiKeyRequired", "Authorizer", "OverrideApiAuth"];

impl<'d> Resolver<'d> {
    /// Checks a resource of this type: as written, and with included files and loops.
    pub(super) fn check_early(
        &mut self,
        kind: &str,
        resource: &[Node<'d>],
    ) -> Result<(), DefinitionError> {
        match kind {
            "AWS::Serverless::Api" | "AWS::Serverless::HttpApi" => {
                let properties = self.members_of(resource, "Properties")?;
                self.check_api(&properties)
            }
            "AWS::Serverless::Function" | "AWS::Serverless::StateMachine" => {
                let properties = self.members_of(resource, "Properties")?;
                self.check_events(&properties)
            }
            _ => Ok(()),
        }
    }

    /// Checks `Globals` in the same way.
    pub(super) fn check_globals_early(
        &mut self,
        globals: &Node<'d>,
    ) -> Result<(), DefinitionError> {
        let globals = self.parts_of(globals)?;
        for name in ["Api", "HttpApi"] {
            let section = self.members_of(&globals, name)?;
            self.check_api(&section)?;
        }
        Ok(())
    }

    fn check_api(&mut self, properties: &[Node<'d>]) -> Result<(), DefinitionError> {
        self.check_members(properties, &OF_API)?;
        let auth = self.members_of(properties, "Auth")?;
        refuse_conditions(&auth)?;
        self.check_members(&auth, &OF_AUTH)?;
        let authorizers = self.members_of(&auth, "Authorizers")?;
        refuse_conditions(&each_made(&authorizers))
    }

    fn check_events(&mut self, properties: &[Node<'d>]) -> Result<(), DefinitionError> {
        let events = self.members_of(properties, "Events")?;
        for event in each_made(&events) {
            let event = self.parts_of(&event)?;
            let mut kinds = event.iter().filter_map(|part| part.written("Type"));
            if !kinds.any(|kind| ["Api", "HttpApi"].iter().any(|it| kind.value() == it)) {
                continue;
            }
            let properties = self.members_of(&event, "Properties")?;
            let auth = self.members_of(&properties, "Auth")?;
            refuse_conditions(&auth)?;
            self.check_members(&auth, &OF_EVENT)?;
        }
        Ok(())
    }

    fn check_members(&mut self, parts: &[Node<'d>], names: &[&str]) -> Result<(), DefinitionError> {
        for name in names {
            refuse_conditions(&self.members_of(parts, name)?)?;
        }
        Ok(())
    }

    /// All members with this name, including those of included files.
    fn members_of(
        &mut self,
        parts: &[Node<'d>],
        name: &str,
    ) -> Result<Vec<Node<'d>>, DefinitionError> {
        let mut members = Vec::new();
        for member in parts.iter().filter_map(|part| part.written(name)) {
            members.extend(self.parts_of(&member)?);
        }
        Ok(members)
    }

    /// A value, and the files that are included in it.
    pub(super) fn parts_of(&mut self, node: &Node<'d>) -> Result<Vec<Node<'d>>, DefinitionError> {
        let mut parts = vec![node.clone()];
        let mut next = 0;
        while let Some(part) = parts.get(next) {
            next += 1;
            if let Some(file) = self.file_at(&part.clone())? {
                let is_same = |part: &Node<'d>| std::ptr::eq(part.value(), file.value());
                if !parts.iter().any(is_same) {
                    parts.push(file);
                }
            }
        }
        Ok(parts)
    }
}

/// All members, including those that loops create.
fn each_made<'d>(nodes: &[Node<'d>]) -> Vec<Node<'d>> {
    let (mut nodes, mut made) = (nodes.to_vec(), Vec::new());
    while let Some(node) = nodes.pop() {
        for (name, member) in node.each_member() {
            if name.starts_with("Fn::ForEach::") {
                nodes.extend(member.each_item().nth(2));
            } else {
                made.push(member);
            }
        }
    }
    made
}

fn refuse_conditions(nodes: &[Node<'_>]) -> Result<(), DefinitionError> {
    nodes.iter().try_for_each(refuse_condition)
}

fn refuse_condition(node: &Node<'_>) -> Result<(), DefinitionError> {
    let is_condition = node.written("Fn::If").is_some() || node.reference() == Some("AWS::NoValue");
    if is_condition {
        Err(node.error(
            "SAM reads this before conditions are evaluated, and takes the function for the value; write the value",
        ))
    } else {
        Ok(())
    }
}
