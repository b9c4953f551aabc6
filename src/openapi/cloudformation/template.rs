//! A template's resources and settings.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    dialect::{DIALECTS, Dialect},
    macros,
    resource::{Resource, check_properties},
};
use crate::{
    openapi::{error::DefinitionError, file_location::written_name, node::Node, quoting::quoted},
    policy::OneLine,
};

/// A template, split into its resources.
pub(super) struct Template<'d> {
    pub(super) root: Node<'d>,
    pub(super) resources: BTreeMap<&'d str, Resource<'d>>,
}

impl<'d> Template<'d> {
    pub(super) fn read(root: Node<'d>) -> Result<Self, DefinitionError> {
        let Some(node) = root.member("Resources") else {
            return Err(root.not_a_document(
                "this is not a CloudFormation template: it has no `Resources`. Read an OpenAPI document with \
                 `from_openapi`",
            ));
        };
        macros::check(&root)?;
        let mut resources = BTreeMap::new();
        for (id, node) in node.members()? {
            if id.starts_with("Fn::") {
                let id = quoted(id);
                return Err(node.error(format!(
                    "{id} is not evaluated; write out the resources that it creates"
                )));
            }
            // A macro next to `Type` matters only if the resource matters.
            let kind = if node.is_function() {
                node.written("Type")
            } else {
                node.member("Type")
            };
            let Some(kind) = kind else {
                return Err(node.error("a resource needs a `Type`"));
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

    /// A property of an API, followed by its value in `Globals`. SAM merges objects. For other values the API's own
    /// property counts.
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

    /// A property of an API, or its value in `Globals`.
    pub(super) fn setting(
        &self,
        api: &str,
        name: &'d str,
    ) -> Result<Option<Node<'d>>, DefinitionError> {
        Ok(self.settings(api, name)?.into_iter().next())
    }

    /// The place of an API: its resource, or `Resources` if SAM creates the API.
    pub(super) fn place(&self, api: &str) -> Node<'d> {
        let resource = self.resource(api).map(|resource| resource.node.clone());
        let resource = resource.or_else(|| self.root.member("Resources"));
        resource.unwrap_or_else(|| self.root.clone())
    }

    /// The OpenAPI document inside the API's resource.
    pub(super) fn body(
        &self,
        api: &str,
        dialect: &Dialect,
    ) -> Result<Option<Node<'d>>, DefinitionError> {
        for elsewhere in ["DefinitionUri", "BodyS3Location"] {
            if let Some(location) = self.setting(api, elsewhere)? {
                let name = written_name(&location);
                return Err(location.error(format!(
                    "the API is described in another file, which is not fetched; supply its content with \
                     `Template::include` under the name {}",
                    name.map_or("that is written here".into(), |name| format!("`{}`", OneLine(&name)))
                )));
            }
        }
        let Some(resource) = self.resource(api) else {
            return Ok(None);
        };
        let name = if resource.kind == dialect.serverless {
            "DefinitionBody"
        } else {
            "Body"
        };
        let is_empty = |body: &Node<'_>| match body.value() {
            Value::Null => true,
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        Ok(resource.property(name).filter(|body| !is_empty(body)))
    }
}
