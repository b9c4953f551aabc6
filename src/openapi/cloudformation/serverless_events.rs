//! The events of functions and state machines that make an API's operations.

use std::collections::{BTreeMap, HashMap};

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
/// as SAM does it. The defaults of the API are not applied yet. Returns which operations have come from which event.
pub(super) fn add_operations<'d>(
    definition: &mut Definition,
    template: &Template<'d>,
    serverless: &ServerlessApi<'d>,
    api: &str,
) -> Result<BTreeMap<usize, Node<'d>>, DefinitionError> {
    let operations = definition.operations.iter().map(key).zip(0..);
    let mut events = Events {
        serverless,
        of_body: operations.collect(),
        places: BTreeMap::new(),
    };
    for event in template.api_events(serverless.dialect)? {
        let added = events.add(definition, template, api, &event);
        definition.keep(added);
    }
    Ok(events.places)
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
    places: BTreeMap<usize, Node<'d>>,
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
        let says = |definition: &mut Definition| match &auth {
            Some(auth) => (dialect.event_security)(definition, serverless, auth),
            None => Ok(None),
        };
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
        self.places.insert(index, properties);
        Ok(())
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
