//! The events of functions and state machines that make up an API's operations.

mod absent;
mod present;
mod reading;

use std::collections::HashSet;

use self::reading::{Events, key};
use super::{
    event_places::OfEvents,
    events::Event,
    serverless_api::{Body, ServerlessApi},
    template::Template,
};
use crate::openapi::{error::DefinitionError, model::Definition, node::Node};

/// Adds the operations of all events of this API, and what the events say about operations that the API's own document
/// has, as SAM does. It does not apply the API's defaults.
pub(super) fn add_operations<'d>(
    definition: &mut Definition,
    template: &Template<'d>,
    serverless: &ServerlessApi<'d>,
    api: &str,
) -> Result<OfEvents<'d>, DefinitionError> {
    let operations = definition.operations.iter().map(key).zip(0..);
    let mut events = Events {
        serverless,
        of_body: operations.collect(),
        conditional: HashSet::new(),
        absent: HashSet::new(),
        found: OfEvents::default(),
    };
    let body = template.body(api, serverless.dialect)?;
    let paths = body.and_then(|body| body.written("paths"));
    for (path, _) in paths.iter().flat_map(Node::each_member) {
        events.found.note_spelling(path);
    }
    for event in template.api_events(serverless.dialect)? {
        let added = events.add(definition, template, api, &event);
        definition.keep(added);
    }
    events.note_duplicates(definition);
    Ok(events.found)
}

impl<'d> Events<'d, '_> {
    fn add(
        &mut self,
        definition: &mut Definition,
        template: &Template<'d>,
        api: &str,
        event: &Event<'d>,
    ) -> Result<(), DefinitionError> {
        let Some(call) = self.read(definition, template, api, event)? else {
            return Ok(());
        };
        let path = call.properties.member("Path");
        if let Some(path) = path.as_ref().and_then(|path| path.value().as_str()) {
            self.found.note_spelling(path);
        }
        // A state machine's events count only in a document that SAM creates from events.
        if event.is_of_state_machine && self.serverless.body != Body::OfEvents {
            return Ok(());
        }
        if event.is_absent {
            self.add_absent(definition, event, &call)
        } else {
            self.add_present(definition, event, call)
        }
    }
}
