//! A template's resources, and which of its APIs is meant.

use std::collections::BTreeMap;

use crate::openapi::{
    error::{DefinitionError, quoted, quoted_list},
    node::Node,
};

/// The API that SAM makes of events that name none.
pub(super) const IMPLICIT_API: &str = "ServerlessRestApi";

const SERVERLESS_API: &str = "AWS::Serverless::Api";
const SERVERLESS_FUNCTION: &str = "AWS::Serverless::Function";
const REST_API: &str = "AWS::ApiGateway::RestApi";

/// A template, taken apart into its resources.
pub(super) struct Template<'d> {
    root: Node<'d>,
    resources: BTreeMap<&'d str, Resource<'d>>,
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

    /// Whether this is a part of that API, by its `RestApiId`.
    pub(super) fn belongs_to(&self, api: &str) -> Result<bool, DefinitionError> {
        names_api(&self.required("RestApiId")?, api)
    }
}

/// Whether a `RestApiId` names that API.
pub(super) fn names_api(id: &Node<'_>, api: &str) -> Result<bool, DefinitionError> {
    match id.reference() {
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
        let mut resources = BTreeMap::new();
        for (id, node) in node.members()? {
            if id.starts_with("Fn::") {
                let id = quoted(id);
                return Err(node.error(format!(
                    "{id} is not run; write out the resources that it makes"
                )));
            }
            let Some(kind) = node.member("Type") else {
                return Err(node.error("a resource has a `Type`"));
            };
            let kind = kind.text()?;
            let matters = ["AWS::Serverless::", "AWS::ApiGateway::"];
            if matters.iter().any(|service| kind.starts_with(service)) {
                check_properties(&node)?;
            }
            resources.insert(id, Resource { kind, node });
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

    /// A section of `Globals`.
    pub(super) fn globals(&self, section: &'d str) -> Option<Node<'d>> {
        self.root.member("Globals")?.member(section)
    }

    /// The events of the type `Api` of all functions.
    pub(super) fn api_events(&self) -> Result<Vec<Node<'d>>, DefinitionError> {
        let mut found = Vec::new();
        for (_, function) in self.of_type(SERVERLESS_FUNCTION) {
            let Some(events) = function.property("Events") else {
                continue;
            };
            for (_, event) in events.members()? {
                let Some(kind) = event.member("Type") else {
                    return Err(event.error("an event has a `Type`"));
                };
                if kind.text()? == "Api" {
                    found.push(event);
                }
            }
        }
        Ok(found)
    }

    /// The logical id of the API that is meant: the one that is named, or the only one.
    pub(super) fn api<'a>(&'a self, named: Option<&'a str>) -> Result<&'a str, DefinitionError> {
        let explicit = [SERVERLESS_API, REST_API]
            .into_iter()
            .flat_map(|kind| self.of_type(kind));
        let mut apis: Vec<&str> = explicit.map(|(id, _)| id).collect();
        let is_implicit = |event: &Node<'_>| {
            let id = event
                .member("Properties")
                .and_then(|node| node.member("RestApiId"));
            id.is_none_or(|id| id.reference() == Some(IMPLICIT_API))
        };
        if self.api_events()?.iter().any(is_implicit) {
            apis.push(IMPLICIT_API);
        }
        match (named, &*apis) {
            (Some(name), _) if apis.contains(&name) => Ok(name),
            (Some(name), _) => Err(self.root.error(format!(
                "the template has no REST API {}; it has {}",
                quoted(name),
                quoted_list(&apis)
            ))),
            (None, [only]) => Ok(only),
            (None, []) => Err(self.root.error(
                "the template has no REST API: no `AWS::Serverless::Api`, no `AWS::ApiGateway::RestApi`, no \
                 event of the type `Api`; HTTP APIs are not supported yet",
            )),
            (None, _) => Err(self.root.error(format!(
                "the template has several REST APIs: {}; choose one with `from_cloudformation_api`",
                quoted_list(&apis)
            ))),
        }
    }

    /// The OpenAPI document inside of the API's resource.
    pub(super) fn body(&self, api: &str) -> Result<Option<Node<'d>>, DefinitionError> {
        let Some(resource) = self.resource(api) else {
            return Ok(None);
        };
        for elsewhere in ["DefinitionUri", "BodyS3Location"] {
            if let Some(location) = resource.property(elsewhere) {
                return Err(location.error(
                    "the API is described in another file, which is not fetched; read that one with \
                     `from_openapi`",
                ));
            }
        }
        let name = match resource.kind {
            SERVERLESS_API => "DefinitionBody",
            _ => "Body",
        };
        Ok(resource.property(name))
    }
}
