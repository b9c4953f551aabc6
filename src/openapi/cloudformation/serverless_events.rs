//! The events of functions and state machines that make an API's operations.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use http::Method;
use serde_json::Map;

use super::{
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
    routing::PathTemplate,
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

/// What else is known once the events have been read.
#[derive(Default)]
pub(super) struct OfEvents<'d> {
    /// Which operations have come from which event.
    pub(super) places: BTreeMap<usize, Node<'d>>,
    /// Paths with an OPTIONS event whose function is not there. It may keep SAM's own OPTIONS operation away.
    pub(super) absent_preflights: BTreeSet<String>,
    /// Paths with any event whose function is not there.
    pub(super) partly_absent: BTreeSet<String>,
    /// Paths that `MergeDefinitions` makes for functions that are not there.
    pub(super) absent_paths: Vec<PathTemplate>,
    /// Paths without the slash at the end, and how many spellings each has: `/a` and `/a/` are one path to API Gateway and
    /// two to SAM.
    spellings: BTreeMap<String, BTreeSet<bool>>,
}

impl OfEvents<'_> {
    fn note_spelling(&mut self, path: &str) {
        let (plain, has_slash) = match path.strip_suffix('/') {
            Some(plain) if !plain.is_empty() => (plain, true),
            _ => (path, false),
        };
        let spellings = self.spellings.entry(plain.to_owned()).or_default();
        spellings.insert(has_slash);
    }

    /// Whether the path is written in two ways.
    pub(super) fn is_written_twice(&self, path: &str) -> bool {
        let spellings = self.spellings.get(path);
        spellings.is_some_and(|spellings| spellings.len() > 1)
    }
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
    /// The operations of functions that are not there.
    absent: HashSet<Key>,
    found: OfEvents<'d>,
}

fn doubled(event: &Node<'_>, operation: &Operation) -> DefinitionError {
    event.error(format!(
        "another event has {} as well, whose function is not there, and then SAM leaves it out; leave one",
        quoted(&operation.to_string())
    ))
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
            true => self.add_absent(event, &call),
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
        if serverless.body != Body::OfEvents {
            self.of_body.insert(key, index);
        }
        self.found.places.insert(index, call.properties);
        Ok(())
    }

    /// In a document that SAM makes, the order of the events does not matter.
    fn check_doubled(&self, definition: &mut Definition) {
        let mut errors = Vec::new();
        for (index, node) in &self.found.places {
            let operation = definition.operations.get(*index);
            let is_absent = |operation: &&Operation| self.absent.contains(&key(operation));
            errors.extend(operation.filter(is_absent).map(|it| doubled(node, it)));
        }
        for error in errors {
            definition.keep::<()>(Err(error));
        }
    }

    /// SAM does not know yet that the function is not there. What it makes of the event hangs on the condition, but not what
    /// the event does to something else.
    fn add_absent(&mut self, event: &Event<'_>, call: &Call<'_>) -> Result<(), DefinitionError> {
        let (body, operation) = (self.serverless.body, &call.operation);
        let path = operation.path().to_owned();
        self.found.partly_absent.insert(path.clone());
        if operation.method == Some(Method::OPTIONS) {
            self.found.absent_preflights.insert(path);
        }
        let key = key(operation);
        if body == Body::OfEvents {
            self.absent.insert(key);
            return Ok(());
        }
        if !self.is_heard(call) {
            return Ok(());
        }
        if body == Body::Merged {
            self.found.absent_paths.push(operation.path.clone());
        }
        let exists = self.of_body.contains_key(&key);
        if !exists {
            self.absent.insert(key);
        }
        let is_empty = |auth: &Node<'_>| auth.value().as_object().is_some_and(Map::is_empty);
        let says_something = call.auth.as_ref().is_some_and(|auth| !is_empty(auth));
        match exists && (says_something || body == Body::Merged) {
            false => Ok(()),
            true => Err(event.node.error(format!(
                "the condition of its function is false, and yet SAM applies it to the operation {} of the API's own \
                 document; take the event or the operation out",
                quoted(&operation.to_string())
            ))),
        }
    }
}
