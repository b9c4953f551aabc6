//! Other settings of an API that decide who may call it.

use super::template::Template;
use crate::openapi::{error::DefinitionError, model::Definition, node::Node};

impl Template<'_> {
    /// Records the settings of the resource that decide who reaches the API.
    pub(super) fn note_access(
        &self,
        definition: &mut Definition,
        api: &str,
    ) -> Result<(), DefinitionError> {
        let is_something = |node: &Node<'_>| !node.value().is_null();
        definition.has_resource_policy |= self
            .setting(api, "Policy")?
            .as_ref()
            .is_some_and(is_something);
        if let Some(endpoint) = self.setting(api, "EndpointConfiguration")? {
            // The type is the value itself, or in `Type`, or in the list `Types`.
            let kinds = [Some(endpoint.clone()), endpoint.written("Type")];
            let types = endpoint.written("Types");
            let types = types.iter().flat_map(Node::each_item);
            let mut kinds = kinds.into_iter().flatten().chain(types);
            definition.is_private |= kinds.any(|kind| kind.value() == "PRIVATE");
        }
        let parameters = self.setting(api, "Parameters")?;
        let kinds = parameters.and_then(|it| it.written("endpointConfigurationTypes"));
        definition.is_private |= kinds.is_some_and(|kinds| kinds.value() == "PRIVATE");
        let domain = self.setting(api, "Domain")?;
        let client = domain.and_then(|domain| domain.written("MutualTlsAuthentication"));
        if client.as_ref().is_some_and(is_something) {
            definition.note_certificate();
        }
        let mode = self.setting(api, "Mode")?;
        if mode.is_some_and(|mode| mode.value() == "merge") {
            definition.notes.push(
                "the API's `Mode` is `merge`: the API keeps operations of earlier deployments, which are not known \
                 here".into(),
            );
        }
        let source = self.setting(api, "ApiKeySourceType")?;
        definition.has_keys_of_authorizers |= source.is_some_and(|it| it.value() == "AUTHORIZER");
        Ok(())
    }

    /// Refuses settings that make the API differ from what the template describes.
    pub(super) fn check_copies(&self, api: &str) -> Result<(), DefinitionError> {
        let Some(resource) = self.resource(api) else {
            return Ok(());
        };
        if let Some(original) = resource.property("CloneFrom") {
            return Err(original.error(
                "the API is a copy of a deployed API, and the operations of that API are not known here; export it, \
                 and read the export with `from_openapi`",
            ));
        }
        let parameters = resource.property("Parameters");
        let base_path = parameters.and_then(|parameters| parameters.member("basepath"));
        let base_path = base_path.or_else(|| resource.property("BasePath"));
        match base_path {
            Some(mode) if mode.text()? != "ignore" => Err(mode.error(
                "API Gateway adds the base path to each resource's path, which is not supported here; write the full \
                 paths, and set this to `ignore`",
            )),
            _ => Ok(()),
        }
    }
}
