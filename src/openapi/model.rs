//! The content of a document, independent of its format: authorizers, operations, gateway responses.

use std::collections::BTreeMap;

use serde_json::Value;

pub use super::{
    authorizer_definition::{AuthorizerDefinition, AuthorizerType},
    operation::Operation,
};
use super::{error::DefinitionError, function_definition::FunctionDefinition, known_api::KnownApi};
pub(super) use super::{
    other_scheme::OtherScheme,
    scheme::{API_KEY, IAM, NONE, Scheme},
};
use crate::api::WholeApi;

/// Everything that is read from a document.
#[derive(Debug, Clone, Default)]
pub(super) struct Definition {
    pub(super) title: String,
    pub(super) known_api: KnownApi,
    /// The stage that a template deploys. `ApiDefinition` takes it out.
    pub(super) stage_name: Option<String>,
    pub(super) authorizers: BTreeMap<String, AuthorizerDefinition>,
    /// The functions of a template, by logical id. They do not decide who may call what. `ApiDefinition` takes them out.
    pub(super) functions: BTreeMap<String, FunctionDefinition>,
    /// Security schemes that are not Lambda authorizers.
    pub(super) other_schemes: BTreeMap<String, OtherScheme>,
    pub(super) operations: Vec<Operation>,
    /// The schemes of a root-level `security`, until they are copied to the operations.
    pub(super) root_security: Vec<String>,
    /// As written. `ApiDefinition` takes them out and parses them.
    pub(super) gateway_responses: Option<Value>,
    /// Whether there is a resource policy. It is not evaluated.
    pub(super) has_resource_policy: bool,
    /// Whether only certain networks can reach the API.
    pub(super) is_private: bool,
    /// Whether the authorizer's response contains the API key of a request.
    pub(super) has_keys_of_authorizers: bool,
    /// An HTTP API's CORS configuration, as written. It is not applied.
    pub(super) cors: Option<Value>,
    /// Other notes for the user.
    pub(super) notes: Vec<String>,
    /// Members of a document that nothing reads, until they are noted.
    pub(super) unread: Vec<String>,
    /// Errors in parts that others do not depend on. They are reported together.
    pub(super) errors: Vec<DefinitionError>,
}

/// The most errors that are reported together.
const MAX_ERRORS: usize = 100;

impl Definition {
    /// Returns the part that was read, or keeps its error so that reading can go on.
    pub(super) fn keep<T>(&mut self, read: Result<T, DefinitionError>) -> Option<T> {
        match read {
            Ok(part) => Some(part),
            Err(error) => {
                // Several parts may depend on the same mistake.
                if self.errors.len() < MAX_ERRORS && !self.errors.contains(&error) {
                    self.errors.push(error);
                }
                None
            }
        }
    }

    /// Fails with all errors so far.
    pub(super) fn fail_on_errors(&mut self) -> Result<(), DefinitionError> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(DefinitionError::all(std::mem::take(&mut self.errors)))
        }
    }

    /// The type of the API.
    pub(super) fn api(&self) -> &'static WholeApi {
        self.known_api.api()
    }

    /// Completes the operations when everything has been read: operations without `security` get that of the root, and
    /// markers are removed.
    pub(super) fn complete_operations(&mut self) {
        let root = std::mem::take(&mut self.root_security);
        let authorizer = root
            .iter()
            .find(|name| self.authorizers.contains_key(*name));
        let is_scheme = |name: &String| {
            self.authorizers.contains_key(name) || self.other_schemes.contains_key(name)
        };
        for operation in &mut self.operations {
            if operation.security.is_none() && !root.is_empty() {
                operation.authorizer = authorizer.cloned();
                operation.security = Some(root.clone());
            }
            operation.has_integration = true;
            if std::mem::take(&mut operation.has_iam) {
                let names: &mut Vec<String> = operation.security.get_or_insert_default();
                names.push(IAM.into());
                names.sort_unstable();
                names.dedup();
            }
            if let Some(names) = &mut operation.security {
                names.retain(is_scheme);
            }
        }
    }

    /// Sorts the operations in the order in which a document's members are read.
    pub(super) fn sort_operations(&mut self) {
        self.operations.sort_by_cached_key(Operation::order);
    }
}
