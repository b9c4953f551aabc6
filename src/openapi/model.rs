//! What a document says, whatever its format: authorizers, operations, gateway responses.

use std::collections::BTreeMap;

use serde_json::Value;

pub use super::{
    authorizer_definition::{AuthorizerDefinition, AuthorizerType},
    operation::Operation,
};
use super::{error::DefinitionError, known_api::KnownApi};
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
    pub(super) authorizers: BTreeMap<String, AuthorizerDefinition>,
    /// Security schemes that are no Lambda authorizers.
    pub(super) other_schemes: BTreeMap<String, OtherScheme>,
    pub(super) operations: Vec<Operation>,
    /// The schemes of a root-level `security`, until the operations have them.
    pub(super) root_security: Vec<String>,
    /// As written; the definition takes it out and parses it.
    pub(super) gateway_responses: Option<Value>,
    /// Whether there is a resource policy, which is not evaluated.
    pub(super) has_resource_policy: bool,
    /// Whether the API can be reached from certain networks only.
    pub(super) is_private: bool,
    /// Whether the API key of a request is the one that its authorizer answers with.
    pub(super) has_keys_of_authorizers: bool,
    /// As written: what an HTTP API answers to preflights, which is not done here.
    pub(super) cors: Option<Value>,
    /// What else the user has to be told.
    pub(super) notes: Vec<String>,
    /// Members of a document that nothing reads, until they are noted.
    pub(super) unread: Vec<String>,
    /// What is wrong with parts that others do not depend on, so that all of it is told at once.
    pub(super) errors: Vec<DefinitionError>,
}

/// The most errors that are told at once.
const MAX_ERRORS: usize = 100;

impl Definition {
    /// What has been read of a part; or its error is kept, and the next part can be read.
    pub(super) fn keep<T>(&mut self, read: Result<T, DefinitionError>) -> Option<T> {
        match read {
            Ok(part) => Some(part),
            Err(error) => {
                // Parts may depend on the same mistake.
                if self.errors.len() < MAX_ERRORS && !self.errors.contains(&error) {
                    self.errors.push(error);
                }
                None
            }
        }
    }

    /// All errors so far as one.
    pub(super) fn check(&mut self) -> Result<(), DefinitionError> {
        match self.errors.is_empty() {
            true => Ok(()),
            false => Err(DefinitionError::all(std::mem::take(&mut self.errors))),
        }
    }

    /// The type of API, as far as it matters.
    pub(super) fn api(&self) -> &'static WholeApi {
        self.known_api.api()
    }

    /// Settles what could not be settled while others were being read: operations without a security of their own have
    /// the root's, and the markers are gone.
    pub(super) fn finish(&mut self) {
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

    /// In the order that a document's members are read in.
    pub(super) fn sort_operations(&mut self) {
        self.operations.sort_by_cached_key(Operation::order);
    }
}
