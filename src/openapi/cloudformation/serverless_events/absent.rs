//! Events of functions whose condition is false. SAM reads them before the condition is evaluated.

use http::Method;
use serde_json::Map;

use super::{
    super::{events::Event, serverless_api::Body},
    reading::{Call, Events, duplicate_operation, key},
};
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, Operation},
    node::Node,
    quoting::quoted,
};

impl Events<'_, '_> {
    /// Records as errors the events with the same operation that were read before the absent one. In a document that SAM
    /// creates, their order does not matter.
    pub(super) fn note_duplicates(&self, definition: &mut Definition) {
        let mut errors = Vec::new();
        for (index, node) in &self.found.places {
            let operation = definition.operations.get(*index);
            let is_absent = |operation: &&Operation| self.absent.contains(&key(operation));
            errors.extend(
                operation
                    .filter(is_absent)
                    .map(|it| duplicate_operation(node, it)),
            );
        }
        for error in errors {
            definition.keep::<()>(Err(error));
        }
    }

    /// Applies what SAM does with the event, not knowing that the function is absent. The condition removes the
    /// operation that SAM creates, but not the event's effects on other parts of the document.
    pub(super) fn add_absent(
        &mut self,
        definition: &Definition,
        event: &Event<'_>,
        call: &Call<'_>,
    ) -> Result<(), DefinitionError> {
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
        let index = self.of_body.get(&key);
        let exists = index.is_some();
        // SAM applies the condition to the whole operation if it has no integration.
        let is_made_conditional = index
            .and_then(|index| definition.operations.get(*index))
            .is_some_and(|operation| !operation.has_integration);
        if !exists {
            self.absent.insert(key);
        }
        let is_empty = |auth: &Node<'_>| auth.value().as_object().is_some_and(Map::is_empty);
        let says_something = call.auth.as_ref().is_some_and(|auth| !is_empty(auth));
        if exists && (says_something || is_made_conditional || body == Body::Merged) {
            Err(event.node.error(format!(
                "the condition of this event's function is false, and SAM applies the condition to the operation {} of \
                 the API's own document as well; remove the event or the operation",
                quoted(&operation.to_string())
            )))
        } else {
            Ok(())
        }
    }
}
