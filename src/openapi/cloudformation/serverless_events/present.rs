//! Events of functions that are deployed.

use super::{
    super::{event_security, events::Event, serverless_api::Body},
    reading::{Call, Events, Key, duplicate_operation, key},
};
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, Operation},
    quoting::quoted,
};

impl<'d> Events<'d, '_> {
    pub(super) fn add_present(
        &mut self,
        definition: &mut Definition,
        event: &Event<'d>,
        call: Call<'d>,
    ) -> Result<(), DefinitionError> {
        if !self.is_heard(&call) {
            return Ok(());
        }
        let key = key(&call.operation);
        let replaces = self.serverless.body == Body::Merged;
        let index = match self.existing(event, &call.operation, &key)? {
            Some(index) => index,
            None => {
                definition.operations.push(call.operation.clone());
                definition.operations.len() - 1
            }
        };
        let said = match &call.auth {
            Some(auth) => event_security::read(definition, self.serverless, auth)?,
            None => None,
        };
        let has_root = !definition.root_security.is_empty();
        if let Some(operation) = definition.operations.get_mut(index) {
            operation.has_integration |= replaces || self.serverless.dialect.events_change_body;
            let has_integration = operation.has_integration;
            match (&mut operation.security, said) {
                (_, None) => {}
                // SAM changes nothing of it, and the root's security guards it.
                (None, Some(_)) if has_root && !has_integration => {}
                (Some(names), Some(said)) if !replaces => names.extend(said),
                (security, said) => *security = said,
            }
        }
        if event.is_conditional {
            self.conditional.insert(key.clone());
        }
        if self.serverless.body != Body::OfEvents {
            self.of_body.insert(key, index);
        }
        self.found.places.insert(index, call.properties);
        Ok(())
    }

    /// The operation that the event changes. `None`: the event adds a new one.
    fn existing(
        &self,
        event: &Event<'d>,
        operation: &Operation,
        key: &Key,
    ) -> Result<Option<usize>, DefinitionError> {
        if self.absent.contains(key) {
            return Err(duplicate_operation(&event.node, operation));
        }
        let body = self.serverless.body;
        let Some(index) = self.of_body.get(key) else {
            let is_missing = body == Body::Own && !self.serverless.dialect.events_change_body;
            return if is_missing {
                Err(event.node.error(format!(
                    "`OverrideApiAuth` needs the operation {} in the API's own document, which does not have it",
                    quoted(&operation.to_string())
                )))
            } else {
                Ok(None)
            };
        };
        match self.conflict(event, operation, key) {
            Some(problem) => Err(event.node.error(problem)),
            None => Ok(Some(*index)),
        }
    }

    /// Why it is not known what the event changes of an operation that is there already.
    fn conflict(&self, event: &Event<'d>, operation: &Operation, key: &Key) -> Option<String> {
        let merges = self.serverless.body == Body::Merged;
        let name = quoted(&operation.to_string());
        if merges && operation.method.is_none() {
            Some(format!(
                "the API's own document has {name} as well, and it is not known what `MergeDefinitions` makes of the \
                 two; keep one of them"
            ))
        } else if merges && (event.is_conditional || self.conditional.contains(key)) {
            Some(format!(
                "the API's own document or another event has {name} as well, and a function has a condition; \
                 CloudFormation cannot resolve what `MergeDefinitions` makes of the two; keep one of them"
            ))
        } else if self.found.is_written_twice(operation.path()) {
            Some(format!(
                "the path of {name} is written with and without a slash at its end, and SAM takes these for two paths; \
                 write it one way"
            ))
        } else {
            None
        }
    }
}
