//! A template's resources, and which of its APIs is meant.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    dialect::{DIALECTS, Dialect},
    events::Event,
    macros,
};
use crate::{
    one_line::OneLine,
    openapi::{
        error::{DefinitionError, quoted, quoted_list},
        node::Node,
        template::written_name,
    },
};

/// A template, taken apart into its resources.
pub(super) struct Template<'d> {
    root: Node<'d>,
    pub(super) resources: BTreeMap<&'d str, Resource<'d>>,
}

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

    /// A property that has to be there.
    pub(super) fn required(&self, name: &'d str) -> Result<Node<'d>, DefinitionError> {
        let property = self.property(name);
        property.ok_or_else(|| self.node.error(format!("its property `{name}` is missing")))
    }

    /// Whether this is a part of that API, by its `RestApiId` or `ApiId`.
    pub(super) fn belongs_to(&self, id: &'d str, api: &str) -> Result<bool, DefinitionError> {
        let belongs = names_api(&self.required(id)?, api)?;
        if belongs {
            self.note_condition();
        }
        Ok(belongs)
    }

    /// Notes that it matters whether the resource is there, if that is not known: one whose condition is false is not
    /// there any more, and one whose condition is true has none.
    pub(super) fn note_condition(&self) {
        if let Some(condition) = self.node.member("Condition") {
            if let Some(name) = condition.value().as_str() {
                condition.note_condition(name);
            }
        }
    }

    /// Whether `IgnoreGlobals` keeps this property of `Globals` away.
    fn ignores_global(&self, name: &str) -> Result<bool, DefinitionError> {
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

    /// A WebSocket API has the same type of resource, and is none that is meant here.
    fn is_of_websockets(&self) -> bool {
        let protocol = self.property("ProtocolType");
        protocol.is_some_and(|protocol| protocol.value() == "WEBSOCKET")
    }
}

/// Whether a `RestApiId` or `ApiId` names that API.
pub(super) fn names_api(id: &Node<'_>, api: &str) -> Result<bool, DefinitionError> {
    let attribute = id
        .attribute()
        .filter(|(_, name)| ["RestApiId", "ApiId"].contains(name));
    match id.reference().or(attribute.map(|(resource, _)| resource)) {
        Some(reference) => Ok(reference == api),
        None => Ok(id.text()? == api),
    }
}

/// Properties that a function makes are ones that cannot be seen.
fn check_properties(resource: &Node<'_>) -> Result<(), DefinitionError> {
    let Some(properties) = resource.member("Properties") else {
        return Ok(());
    };
    for (name, property) in properties.members()? {
        if name.starts_with("Fn::") {
            let name = quoted(name);
            return Err(property.error(format!("{name} is not run; write out the properties")));
        }
    }
    Ok(())
}

impl<'d> Template<'d> {
    pub(super) fn read(root: Node<'d>) -> Result<Self, DefinitionError> {
        let Some(node) = root.member("Resources") else {
            return Err(root.error(
                "this is no CloudFormation template: it has no `Resources`. Read an OpenAPI document with \
                 `from_openapi`",
            ));
        };
        macros::check(&root)?;
        let mut resources = BTreeMap::new();
        for (id, node) in node.members()? {
            if id.starts_with("Fn::") {
                let id = quoted(id);
                return Err(node.error(format!(
                    "{id} is not run; write out the resources that it makes"
                )));
            }
            // A macro beside it matters only if the resource does.
            let kind = match node.is_function() {
                true => node.written("Type"),
                false => node.member("Type"),
            };
            let Some(kind) = kind else {
                return Err(node.error("a resource has a `Type`"));
            };
            let kind = kind.text()?;
            let matters = [
                "AWS::Serverless::",
                "AWS::ApiGateway::",
                "AWS::ApiGatewayV2::",
            ];
            let resource = Resource { kind, node };
            if matters.iter().any(|service| kind.starts_with(service)) && !resource.is_absent() {
                check_properties(&resource.node)?;
            }
            resources.insert(id, resource);
        }
        Ok(Self { root, resources })
    }

    pub(super) fn resource(&self, id: &str) -> Option<&Resource<'d>> {
        self.resources.get(id)
    }

    /// The resources of a type, by logical id.
    pub(super) fn of_type(&self, kind: &str) -> impl Iterator<Item = (&'d str, &Resource<'d>)> {
        let resources = self.resources.iter().map(|(id, resource)| (*id, resource));
        resources.filter(move |(_, resource)| resource.kind == kind)
    }

    /// All sections of `Globals`.
    pub(super) fn all_globals(&self) -> Option<Node<'d>> {
        self.root.member("Globals")
    }

    /// A section of `Globals`.
    pub(super) fn globals(&self, section: &'d str) -> Option<Node<'d>> {
        self.all_globals()?.member(section)
    }

    /// A property of an API, and what `Globals` has for it: SAM merges objects, and of anything else takes the API's own.
    pub(super) fn settings(
        &self,
        api: &str,
        name: &'d str,
    ) -> Result<Vec<Node<'d>>, DefinitionError> {
        let resource = self.resource(api);
        let own = resource.and_then(|resource| resource.property(name));
        let dialect = DIALECTS.iter().find(|dialect| match resource {
            Some(resource) => resource.kind == dialect.serverless,
            None => api == dialect.implicit,
        });
        let globals = dialect.and_then(|dialect| self.globals(dialect.section));
        let is_merged = own.as_ref().is_none_or(|own| own.value().is_object());
        let global = globals
            .filter(|_| is_merged)
            .and_then(|node| node.member(name));
        let is_ignored = match (resource, &global) {
            (Some(resource), Some(_)) => resource.ignores_global(name)?,
            _ => false,
        };
        Ok(own
            .into_iter()
            .chain(global.filter(|_| !is_ignored))
            .collect())
    }

    /// A property of an API, or of all that SAM makes.
    pub(super) fn setting(
        &self,
        api: &str,
        name: &'d str,
    ) -> Result<Option<Node<'d>>, DefinitionError> {
        Ok(self.settings(api, name)?.into_iter().next())
    }

    /// Where an API is described: its resource, or all of them where SAM makes it.
    pub(super) fn place(&self, api: &str) -> Node<'d> {
        let resource = self.resource(api).map(|resource| resource.node.clone());
        let resource = resource.or_else(|| self.root.member("Resources"));
        resource.unwrap_or_else(|| self.root.clone())
    }

    /// The logical id of the API that is meant: the one that is named, or the only one.
    pub(super) fn api<'a>(
        &'a self,
        named: Option<&str>,
    ) -> Result<(&'a str, &'static Dialect), DefinitionError> {
        let apis = self.all_apis()?;
        for (id, _) in &apis {
            if let Some(resource) = self
                .resource(id)
                .filter(|_| named.is_none_or(|it| it == *id))
            {
                resource.note_condition();
            }
        }
        let ids: Vec<_> = apis.iter().map(|(id, _)| *id).collect();
        let problem = match (named, &*apis) {
            (Some(name), _) => match apis.iter().find(|(id, _)| *id == name) {
                Some(found) => return Ok(*found),
                None => format!(
                    "the template has no REST or HTTP API {}; it has {}",
                    quoted(name),
                    match ids.is_empty() {
                        true => "none".into(),
                        false => quoted_list(&ids),
                    }
                ),
            },
            (None, [only]) => return Ok(*only),
            (None, []) => "the template has no REST or HTTP API: no `AWS::Serverless::Api` or `HttpApi`, no \
                           `AWS::ApiGateway::RestApi`, no `AWS::ApiGatewayV2::Api` with the protocol `HTTP`, no \
                           event of the type `Api` or `HttpApi`"
                .into(),
            (None, _) => format!(
                "the template has several APIs: {}; choose one with `from_cloudformation_api` or `Template::api_named`",
                quoted_list(&ids)
            ),
        };
        Err(self.root.error(problem))
    }

    /// The APIs of both types.
    pub(super) fn all_apis(&self) -> Result<Vec<(&str, &'static Dialect)>, DefinitionError> {
        let mut apis = Vec::new();
        for dialect in &DIALECTS {
            apis.extend(self.apis(dialect)?.map(|id| (id, dialect)));
        }
        Ok(apis)
    }

    /// All APIs of a type, the one that SAM makes of events included.
    fn apis(
        &self,
        dialect: &'static Dialect,
    ) -> Result<impl Iterator<Item = &str>, DefinitionError> {
        let explicit = [dialect.serverless, dialect.plain]
            .into_iter()
            .flat_map(|kind| self.of_type(kind))
            .filter(|(_, resource)| !resource.is_of_websockets());
        let is_implicit = |event: &Event<'_>| {
            let properties = event.node.member("Properties");
            let id = properties.and_then(|node| node.member(dialect.api_id));
            let names =
                |id: Node<'_>| id.reference().or(id.value().as_str()) == Some(dialect.implicit);
            id.is_none_or(names)
        };
        let events = self.api_events(dialect)?;
        let mut events = events.iter().filter(|event| !event.is_absent);
        let implicit = events.any(is_implicit).then_some(dialect.implicit);
        if let Some(resource) = implicit.and_then(|id| self.resource(id)) {
            return Err(resource.node.error(
                "SAM puts the API that it makes of events in the place of this resource; rename the resource, and let \
                 its events name it",
            ));
        }
        Ok(explicit.map(|(id, _)| id).chain(implicit))
    }

    /// The OpenAPI document inside of the API's resource.
    pub(super) fn body(
        &self,
        api: &str,
        dialect: &Dialect,
    ) -> Result<Option<Node<'d>>, DefinitionError> {
        for elsewhere in ["DefinitionUri", "BodyS3Location"] {
            if let Some(location) = self.setting(api, elsewhere)? {
                let name = written_name(&location);
                return Err(location.error(format!(
                    "the API is described in another file, which is not fetched; hand over its text with \
                     `Template::include`, under the name {}",
                    name.map_or("that stands here".into(), |name| format!("`{}`", OneLine(&name)))
                )));
            }
        }
        let Some(resource) = self.resource(api) else {
            return Ok(None);
        };
        let name = match resource.kind == dialect.serverless {
            true => "DefinitionBody",
            false => "Body",
        };
        let is_empty = |body: &Node<'_>| match body.value() {
            Value::Null => true,
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        Ok(resource.property(name).filter(|body| !is_empty(body)))
    }
}
