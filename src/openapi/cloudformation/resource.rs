//! A resource of a template.

use serde_json::Value;

use crate::openapi::{error::DefinitionError, node::Node, quoting::quoted};

/// A resource of the template.
pub(super) struct Resource<'d> {
    pub(super) kind: &'d str,
    pub(super) node: Node<'d>,
}

impl<'d> Resource<'d> {
    pub(super) fn properties(&self) -> Option<Node<'d>> {
        self.node.member("Properties")
    }

    pub(super) fn property(&self, name: &'d str) -> Option<Node<'d>> {
        self.properties()?.member(name)
    }

    /// A property that must be present.
    pub(super) fn required(&self, name: &'d str) -> Result<Node<'d>, DefinitionError> {
        let property = self.property(name);
        property.ok_or_else(|| self.node.error(format!("its property `{name}` is missing")))
    }

    /// Whether the resource belongs to this API, by its `RestApiId` or `ApiId`.
    pub(super) fn belongs_to(&self, id: &'d str, api: &str) -> Result<bool, DefinitionError> {
        let belongs = names_api(&self.required(id)?, api)?;
        if belongs {
            self.note_condition();
        }
        Ok(belongs)
    }

    /// Records that it matters whether the resource exists, if that is not known. A resource whose condition is false
    /// is gone at this point. If the condition is true, it is gone or has the value `true`.
    pub(super) fn note_condition(&self) {
        if let Some(condition) = self.node.member("Condition") {
            if let Some(name) = condition.value().as_str() {
                condition.note_condition(name);
            }
        }
    }

    /// Whether `IgnoreGlobals` excludes this property of `Globals`.
    pub(super) fn ignores_global(&self, name: &str) -> Result<bool, DefinitionError> {
        let Some(ignored) = self.node.member("IgnoreGlobals") else {
            return Ok(false);
        };
        if ignored.value() == "*" || ignored.value().is_null() {
            return Ok(!ignored.value().is_null());
        }
        let mut is_ignored = false;
        for property in ignored.items()? {
            is_ignored |= property.text()? == name;
        }
        Ok(is_ignored)
    }

    /// Whether its condition is false.
    pub(super) fn is_absent(&self) -> bool {
        let condition = self.node.written("Condition");
        condition.is_some_and(|condition| condition.value() == &Value::Bool(false))
    }

    /// Whether it is a WebSocket API, which has the same resource type as an HTTP API.
    pub(super) fn is_of_websockets(&self) -> bool {
        let protocol = self.property("ProtocolType");
        protocol.is_some_and(|protocol| protocol.value() == "WEBSOCKET")
    }
}

/// Whether a `RestApiId` or `ApiId` names this API.
pub(super) fn names_api(id: &Node<'_>, api: &str) -> Result<bool, DefinitionError> {
    let attribute = id
        .attribute()
        .filter(|(_, name)| ["RestApiId", "ApiId"].contains(name));
    match id.reference().or(attribute.map(|(resource, _)| resource)) {
        Some(reference) => Ok(reference == api),
        None => Ok(id.text()? == api),
    }
}

/// Refuses properties that a function creates: they are not known.
pub(super) fn check_properties(resource: &Node<'_>) -> Result<(), DefinitionError> {
    let Some(properties) = resource.member("Properties") else {
        return Ok(());
    };
    for (name, property) in properties.members()? {
        if name.starts_with("Fn::") {
            let name = quoted(name);
            return Err(
                property.error(format!("{name} is not evaluated; write the properties out"))
            );
        }
    }
    Ok(())
}
