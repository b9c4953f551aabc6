//! The events of a template's functions and state machines.

use super::{
    dialect::{DIALECTS, Dialect},
    resource::names_api,
    template::Template,
};
use crate::openapi::{error::DefinitionError, node::Node, quoting::quoted};

/// Resources whose events create operations.
const FUNCTION: &str = "AWS::Serverless::Function";
const STATE_MACHINE: &str = "AWS::Serverless::StateMachine";

/// An event of a function or a state machine.
pub(super) struct Event<'d> {
    pub(super) node: Node<'d>,
    pub(super) is_of_state_machine: bool,
    /// Whether the condition of its function is false.
    pub(super) is_absent: bool,
    /// Whether its function has a condition, true or false.
    pub(super) is_conditional: bool,
}

impl<'d> Template<'d> {
    /// Whether this may be the logical id of an API of the template.
    pub(super) fn names_api(&self, name: &str) -> bool {
        let is_implicit = DIALECTS.iter().any(|dialect| dialect.implicit == name);
        is_implicit || self.resources.contains_key(name)
    }

    /// Whether an event's `RestApiId` or `ApiId` names this API. It must name an API of the template.
    pub(super) fn event_names_api(
        &self,
        id: &Node<'_>,
        api: &str,
    ) -> Result<bool, DefinitionError> {
        if names_api(id, api)? {
            return Ok(true);
        }
        let name = id.reference().or(id.value().as_str()).unwrap_or_default();
        if self.names_api(name) {
            Ok(false)
        } else if id.is_function() {
            Err(id.unexpected("the logical id of an API of this template"))
        } else {
            Err(id.error(format!("the template has no API {}", quoted(name))))
        }
    }

    /// Refuses events that name an API of the other type. SAM refuses them, or changes the API as if it had the event's
    /// type.
    pub(super) fn check_other_events(
        &self,
        dialect: &Dialect,
        api: &str,
    ) -> Result<(), DefinitionError> {
        let others = DIALECTS
            .iter()
            .filter(|other| other.section != dialect.section);
        for other in others {
            for event in self.api_events(other)? {
                let properties = event.node.member("Properties");
                let id = properties.and_then(|properties| properties.member(other.api_id));
                let names = |id: &Node<'_>| id.reference().or(id.value().as_str()) == Some(api);
                if let Some(id) = id.filter(names) {
                    let (api, kind) = (quoted(api), other.section);
                    return Err(id.error(format!(
                        "{api} does not accept events of the type `{kind}`; correct the event's type"
                    )));
                }
            }
        }
        Ok(())
    }

    /// The events of all functions and state machines for this type of API.
    pub(super) fn api_events(&self, dialect: &Dialect) -> Result<Vec<Event<'d>>, DefinitionError> {
        let mut found = Vec::new();
        let sources = self.of_type(FUNCTION).chain(self.of_type(STATE_MACHINE));
        for (_, function) in sources {
            let Some(events) = function.property("Events") else {
                continue;
            };
            for (_, event) in events.members()? {
                let Some(kind) = event.member("Type") else {
                    return Err(event.error("an event needs a `Type`"));
                };
                if kind.text()? == dialect.section {
                    function.note_condition();
                    found.push(Event {
                        node: event,
                        is_of_state_machine: function.kind == STATE_MACHINE,
                        is_absent: function.is_absent(),
                        is_conditional: function.node.written("Condition").is_some(),
                    });
                }
            }
        }
        Ok(found)
    }
}
