//! The events of functions and state machines that make an API's operations.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use http::Method;

use super::{
    flag::flag,
    markers::API_KEY_IS_OFF,
    serverless_api::{Body, ServerlessApi},
    template::{Event, Template},
};
use crate::{
    api::WholeApi,
    openapi::{
        error::{DefinitionError, quoted},
        model::{API_KEY, Definition, IAM, Operation},
        node::Node,
        routing::PathTemplate,
    },
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
    for event in template.api_events(serverless.dialect)? {
        let added = events.add(definition, template, api, &event);
        definition.keep(added);
    }
    Ok(events.found)
}

/// What else is known once the events have been read.
#[derive(Default)]
pub(super) struct OfEvents<'d> {
    /// Which operations have come from which event.
    pub(super) places: BTreeMap<usize, Node<'d>>,
    /// Paths with an OPTIONS event whose function is not there. It may keep SAM's own OPTIONS operation away.
    pub(super) absent_preflights: BTreeSet<String>,
    /// Paths that `MergeDefinitions` makes for functions that are not there.
    pub(super) absent_paths: Vec<PathTemplate>,
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

impl<'d> Events<'d, '_> {
    fn add(
        &mut self,
        definition: &mut Definition,
        template: &Template<'d>,
        api: &str,
        event: &Event<'d>,
    ) -> Result<(), DefinitionError> {
        let (serverless, dialect) = (self.serverless, self.serverless.dialect);
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
        if !is_ours || serverless.body == Body::NotOfSam {
            return Ok(());
        }
        let (method, path) = method_and_path(definition, serverless, &properties)?;
        let operation = Operation::new(method, path);
        if event.is_absent && operation.method == Some(Method::OPTIONS) {
            self.found
                .absent_preflights
                .insert(operation.path().to_owned());
        }
        match serverless.body {
            Body::OfEvents if event.is_absent => return Ok(()),
            Body::Merged if event.is_absent => {
                self.found.absent_paths.push(operation.path.clone());
            }
            _ => {}
        }
        let auth = properties
            .member("Auth")
            .filter(|auth| !auth.value().is_null());
        if let Some(auth) = &auth {
            definition.note_dropped(auth, dialect.event_auth_members)?;
            definition.has_resource_policy |= auth.member("ResourcePolicy").is_some();
        }
        let overrides = auth
            .as_ref()
            .and_then(|auth| auth.member("OverrideApiAuth"));
        let overrides = overrides.map_or(Ok(false), |node| flag(&node))?;
        if event.is_absent {
            let is_nothing =
                |auth: &Node<'_>| auth.value().as_object().is_some_and(|it| it.is_empty());
            let says_something = auth.as_ref().is_some_and(|auth| !is_nothing(auth));
            return self.check_absent(event, &operation, says_something);
        }
        let says = |definition: &mut Definition| match &auth {
            Some(auth) => (dialect.event_security)(definition, serverless, auth),
            None => Ok(None),
        };
        if self.absent.contains(&key(&operation)) {
            return Err(event.node.error(format!(
                "another event has {} as well, whose function is not there, and then SAM leaves it out; leave one",
                quoted(&operation.to_string())
            )));
        }
        let existing = self.of_body.get(&key(&operation)).copied();
        let index = match (serverless.body, existing) {
            (Body::Own, None) if !dialect.events_change_body => {
                return match overrides {
                    true => Err(event.node.error(format!(
                        "the API's own document has no operation {}, so there is none that `OverrideApiAuth` could be \
                         for",
                        quoted(&operation.to_string())
                    ))),
                    false => Ok(()),
                };
            }
            // A state machine's events are for a document that is made of events.
            (body, _) if event.is_of_state_machine && body != Body::OfEvents => return Ok(()),
            (_, Some(index)) => index,
            (_, None) => {
                definition.operations.push(operation.clone());
                definition.operations.len() - 1
            }
        };
        let replaces = serverless.body == Body::Merged;
        if replaces && existing.is_some() && operation.method.is_none() {
            return Err(event.node.error(format!(
                "the API's own document has {} as well, and what `MergeDefinitions` makes of both is not known; leave one",
                quoted(&operation.to_string())
            )));
        }
        let is_heard = serverless.body != Body::Own || dialect.events_change_body || overrides;
        if !is_heard {
            return Ok(());
        }
        let said = says(definition)?;
        if let Some(operation) = definition.operations.get_mut(index) {
            operation.has_integration |=
                serverless.body == Body::Merged || dialect.events_change_body;
            match (&mut operation.security, said) {
                (_, None) => {}
                (Some(names), Some(said)) if !replaces => names.extend(said),
                (security, said) => *security = said,
            }
        }
        if serverless.body != Body::OfEvents {
            self.of_body.insert(key(&operation), index);
        }
        self.found.places.insert(index, properties);
        Ok(())
    }
}

impl Events<'_, '_> {
    /// SAM applies what the event says although its function is not there, and to what depends on more than is known here.
    fn check_absent(
        &mut self,
        event: &Event<'_>,
        operation: &Operation,
        says_something: bool,
    ) -> Result<(), DefinitionError> {
        let is_heard = says_something || self.serverless.body == Body::Merged;
        let key = key(operation);
        let exists = self.of_body.contains_key(&key);
        if !exists {
            self.absent.insert(key);
        }
        match is_heard && exists {
            false => Ok(()),
            true => Err(event.node.error(format!(
                "the condition of its function is false, and yet SAM applies it to the operation {} of the API's own \
                 document; take the event or the operation out",
                quoted(&operation.to_string())
            ))),
        }
    }
}

/// What an event of a REST API says: an authorizer, an API key, or that there is none. `Authorizer` and `ApiKeyRequired`
/// that are not there say nothing.
pub(super) fn of_rest_api(
    definition: &mut Definition,
    _serverless: &ServerlessApi<'_>,
    auth: &Node<'_>,
) -> Result<Option<Vec<String>>, DefinitionError> {
    let mut names = Vec::new();
    let authorizer = auth.member("Authorizer");
    if let Some(authorizer) = authorizer.filter(|node| !node.value().is_null()) {
        names.push(authorizer_name(definition, &authorizer)?);
    }
    let required = auth.member("ApiKeyRequired");
    if let Some(required) = required.filter(|node| !node.value().is_null()) {
        let is_required = flag(&required)?;
        names.push(match is_required {
            true => API_KEY.to_owned(),
            false => API_KEY_IS_OFF.to_owned(),
        });
        if is_required {
            definition.add_api_key();
        }
    }
    Ok((!names.is_empty()).then_some(names))
}

/// What an event of an HTTP API says. If it says anything, it names an authorizer or means the API's default, then for
/// OPTIONS as well.
pub(super) fn of_http_api(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    auth: &Node<'_>,
) -> Result<Option<Vec<String>>, DefinitionError> {
    if auth.object()?.is_empty() {
        return Ok(None);
    }
    let authorizer = auth.member("Authorizer");
    if let Some(authorizer) = authorizer.filter(|node| !node.value().is_null()) {
        return Ok(Some(vec![authorizer_name(definition, &authorizer)?]));
    }
    match serverless.default_authorizer(definition)? {
        Some(default) => Ok(Some(vec![default])),
        None => Err(auth.error(
            "it names no `Authorizer`, and the API has no `DefaultAuthorizer`; name one, or leave `Auth` out",
        )),
    }
}

/// The name that an event's `Authorizer` gives, the marker for none included.
fn authorizer_name(
    definition: &mut Definition,
    node: &Node<'_>,
) -> Result<String, DefinitionError> {
    let name = node.text()?;
    if name == IAM {
        definition.add_iam();
    }
    let names = [name.to_owned()];
    definition
        .settle(&names)
        .map_err(|problem| node.error(problem))?;
    Ok(name.to_owned())
}

fn method_and_path(
    definition: &mut Definition,
    serverless: &ServerlessApi<'_>,
    properties: &Node<'_>,
) -> Result<(Option<Method>, PathTemplate), DefinitionError> {
    let missing = |name| properties.error(format!("its `{name}` is missing"));
    match (properties.member("Method"), properties.member("Path")) {
        (Some(name), Some(node)) => {
            let path = path(definition, node.text()?, &node)?;
            let method = method(&name)?;
            match path.is_default_route() && method.is_some() {
                true => Err(name.error("the default route takes every method: `ANY`")),
                false => Ok((method, path)),
            }
        }
        (None, None) if serverless.dialect.has_default_route => {
            Ok((None, PathTemplate::default_route()))
        }
        (None, _) => Err(missing("Method")),
        (_, None) => Err(missing("Path")),
    }
}

/// `get`, `GET`, `any`: None is any.
pub(super) fn method(node: &Node<'_>) -> Result<Option<Method>, DefinitionError> {
    method_of(node.text()?, node)
}

/// The method in a text of this node.
pub(super) fn method_of(text: &str, node: &Node<'_>) -> Result<Option<Method>, DefinitionError> {
    const METHODS: [Method; 7] = [
        Method::GET,
        Method::PUT,
        Method::POST,
        Method::DELETE,
        Method::OPTIONS,
        Method::HEAD,
        Method::PATCH,
    ];
    if text.eq_ignore_ascii_case("any") || text == "x-amazon-apigateway-any-method" {
        return Ok(None);
    }
    let method = METHODS
        .into_iter()
        .find(|method| method.as_str().eq_ignore_ascii_case(text));
    method
        .map(Some)
        .ok_or_else(|| node.unexpected("a method of HTTP, or `any`,"))
}

/// The path in a text of this node.
pub(super) fn path(
    definition: &mut Definition,
    text: &str,
    node: &Node<'_>,
) -> Result<PathTemplate, DefinitionError> {
    let path = PathTemplate::parse_or_default(text).map_err(|problem| {
        let text = quoted(text);
        node.error(format!("{text} is no path of an API's resource: {problem}"))
    })?;
    if path.is_default_route() {
        definition.known_api.note(WholeApi::http(), node)?;
    }
    Ok(path)
}
