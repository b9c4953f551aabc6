//! What is known about an API's events while they are read.

use std::collections::{HashMap, HashSet};

use http::Method;

use super::super::{
    event_places::OfEvents,
    events::Event,
    flag::flag,
    route::method_and_path,
    serverless_api::{Body, ServerlessApi},
    template::Template,
};
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, Operation},
    node::Node,
    quoting::quoted,
};

/// A method and a path. Two operations with the same key are the same operation to SAM.
pub(super) type Key = (Option<Method>, String);

pub(super) fn key(operation: &Operation) -> Key {
    (operation.method.clone(), operation.path().to_owned())
}

/// The state while the events of an API are read.
pub(super) struct Events<'d, 's> {
    pub(super) serverless: &'s ServerlessApi<'d>,
    /// The operations of the API's own document, and those that events have added to it. In a document that SAM creates
    /// no operation may be defined twice.
    pub(super) of_body: HashMap<Key, usize>,
    /// The operations of events whose functions have conditions.
    pub(super) conditional: HashSet<Key>,
    /// The operations of events whose functions are absent: their condition is false.
    pub(super) absent: HashSet<Key>,
    pub(super) found: OfEvents<'d>,
}

/// One event: its operation, and what it says about it.
pub(super) struct Call<'d> {
    pub(super) operation: Operation,
    pub(super) properties: Node<'d>,
    pub(super) auth: Option<Node<'d>>,
    /// Whether `OverrideApiAuth` is on.
    pub(super) overrides: bool,
}

impl<'d> Events<'d, '_> {
    /// `None`: the event is for another API.
    pub(super) fn read(
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
        // An event without `Properties` sets nothing, and neither do its other members.
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

    /// Whether the event changes the API's document.
    pub(super) fn is_heard(&self, call: &Call<'_>) -> bool {
        let is_own = self.serverless.body == Body::Own;
        !is_own || self.serverless.dialect.events_change_body || call.overrides
    }
}

pub(super) fn duplicate_operation(event: &Node<'_>, operation: &Operation) -> DefinitionError {
    event.error(format!(
        "another event has {} as well, and the condition of its function is false, so SAM drops it; keep one of the \
         two events",
        quoted(&operation.to_string())
    ))
}
