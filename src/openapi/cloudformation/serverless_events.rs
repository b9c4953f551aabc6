//! The events of functions and state machines that make an API's operations.

mod absent;

use std::collections::{HashMap, HashSet};

use http::Method;

use self::absent::doubled;
use super::{
    event_places::OfEvents,
    events::Event,
    flag::flag,
    route::method_and_path,
    serverless_api::{Body, ServerlessApi},
    template::Template,
};
use crate::openapi::{
    error::{DefinitionError, quoted},
    model::{Definition, Operation},
    node::Node,
};

/// Adds the operations of all events of this API, and what the events say of those that the API's document has already,
/// as SAM does it. The defaults of the API are not applied yet.
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
    events.check_doubled(definition);
    Ok(events.found)
}

type Key = (Option<Method>, String);

fn key(operation: &Operation) -> Key {
    (operation.method.clone(), operation.path().to_owned())
}

struct Events<'d, 's> {
    serverless: &'s ServerlessApi<'d>,
    /// The operations of the API's own document, and what events have added to it. Those of a document that SAM makes may
    /// not be there twice.
    of_body: HashMap<Key, usize>,
    /// The operations that events of functions with conditions have made.
    conditional: HashSet<Key>,
    /// The operations of functions that are not there.
    absent: HashSet<Key>,
    found: OfEvents<'d>,
}

/// What an event is for, and what it says.
struct Call<'d> {
    operation: Operation,
    properties: Node<'d>,
    auth: Option<Node<'d>>,
    overrides: bool,
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
        // A state machine's events are for a document that is made of events.
        if event.is_of_state_machine && self.serverless.body != Body::OfEvents {
            return Ok(());
        }
        match event.is_absent {
            true => self.add_absent(definition, event, &call),
            false => self.add_present(definition, event, call),
        }
    }

    /// None: it is for another API.
    fn read(
        &self,
        definition: &mut Definition,
        template: &Template<'d>,
        api: &str,
        event: &Event<'d>,
    ) -> Result<Option<Call<'d>>, DefinitionError> {
        let dialect = self.serverless.dialect;
        let properties = event.node.member("Properties");
        if properties.is_none() && !dialect.has_default_route {
            return Err(event.node.error("its `Properties` are missing"));
        }
        // Nothing of it is set where there are none.
        let properties = properties.unwrap_or_else(|| event.node.clone());
        let is_ours = match properties.member(dialect.api_id) {
            None => api == dialect.implicit,
            Some(id) => template.event_names_api(&id, api)?,
        };
        if !is_ours || self.serverless.body == Body::NotOfSam {
            return Ok(None);
        }
        let (method, path) = method_and_path(definition, dialect, &properties)?;
        let auth = properties.member("Auth");
        let auth = auth.filter(|auth| !auth.value().is_null());
        let mut overrides = None;
        if let Some(auth) = &auth {
            definition.note_dropped(auth, dialect.event_auth_members)?;
            definition.has_resource_policy |= auth.member("ResourcePolicy").is_some();
            overrides = auth.member("OverrideApiAuth");
        }
        Ok(Some(Call {
            operation: Operation::new(method, path),
            properties,
            auth,
            overrides: overrides.map_or(Ok(false), |node| flag(&node))?,
        }))
    }

    /// Whether what the event says reaches the document.
    fn is_heard(&self, call: &Call<'_>) -> bool {
        let is_own = self.serverless.body == Body::Own;
        !is_own || self.serverless.dialect.events_change_body || call.overrides
    }

    fn add_present(
        &mut self,
        definition: &mut Definition,
        event: &Event<'d>,
        call: Call<'d>,
    ) -> Result<(), DefinitionError> {
        let (serverless, dialect) = (self.serverless, self.serverless.dialect);
        let is_heard = self.is_heard(&call);
        let Call {
            operation, auth, ..
        } = call;
        let name = || quoted(&operation.to_string());
        let key = key(&operation);
        if !is_heard {
            return Ok(());
        }
        if self.absent.contains(&key) {
            return Err(doubled(&event.node, &operation));
        }
        let replaces = serverless.body == Body::Merged;
        let index = match self.of_body.get(&key) {
            None if serverless.body == Body::Own && !dialect.events_change_body => {
                return Err(event.node.error(format!(
                    "the API's own document has no operation {}, so there is none that `OverrideApiAuth` could be for",
                    name()
                )));
            }
            Some(_) if replaces && operation.method.is_none() => {
                return Err(event.node.error(format!(
                    "the API's own document has {} as well, and what `MergeDefinitions` makes of both is not known; \
                     leave one",
                    name()
                )));
            }
            Some(_) if replaces && (event.is_conditional || self.conditional.contains(&key)) => {
                return Err(event.node.error(format!(
                    "the API's own document or another event has {} as well, and a function has a condition: of both \
                     `MergeDefinitions` makes what CloudFormation cannot work out; leave one",
                    name()
                )));
            }
            Some(_) if self.found.is_written_twice(operation.path()) => {
                return Err(event.node.error(format!(
                    "the path of {} is written with a slash at its end and without, which are two to SAM; write it one way",
                    name()
                )));
            }
            Some(index) => *index,
            None => {
                definition.operations.push(operation.clone());
                definition.operations.len() - 1
            }
        };
        let said = match &auth {
            Some(auth) => (dialect.event_security)(definition, serverless, auth)?,
            None => None,
        };
        if let Some(operation) = definition.operations.get_mut(index) {
            operation.has_integration |= replaces || dialect.events_change_body;
            match (&mut operation.security, said) {
                (_, None) => {}
                (Some(names), Some(said)) if !replaces => names.extend(said),
                (security, said) => *security = said,
            }
        }
        if event.is_conditional {
            self.conditional.insert(key.clone());
        }
        if serverless.body != Body::OfEvents {
            self.of_body.insert(key, index);
        }
        self.found.places.insert(index, call.properties);
        Ok(())
    }
}
