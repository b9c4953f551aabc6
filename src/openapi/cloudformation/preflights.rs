//! The OPTIONS operations that SAM's `Cors` adds.

use std::collections::BTreeSet;

use http::Method;

use super::{event_places::OfEvents, serverless_api::ServerlessApi};
use crate::openapi::{
    error::DefinitionError,
    model::{Definition, Operation},
    node::Node,
    quoting::quoted,
};

impl<'d> ServerlessApi<'d> {
    /// Adds the OPTIONS operation that `Cors` creates on each path without one.
    ///
    /// # Errors
    ///
    /// The template has a path both with and without a slash at the end, and one of them has an OPTIONS operation or an
    /// event whose function is absent.
    pub(super) fn add_preflights(
        &self,
        definition: &mut Definition,
        events: &OfEvents<'d>,
        api: &Node<'_>,
    ) -> Result<(), DefinitionError> {
        if !self.has_cors {
            return Ok(());
        }
        let answers_options = |operation: &&Operation| operation.method == Some(Method::OPTIONS);
        let operations = definition.operations.iter();
        let with_options = operations.filter(answers_options);
        let mut done: BTreeSet<_> = with_options
            .map(|operation| operation.path().to_owned())
            .collect();
        // SAM may add the operation to either spelling.
        let mut unclear = done.iter().chain(&events.partly_absent);
        if let Some(path) = unclear.find(|path| events.is_written_twice(path)) {
            return Err(api.error(format!(
                "the path {} is written with and without a slash at its end, and it is not clear which one gets the \
                 OPTIONS operation for `Cors`; write it one way",
                quoted(path)
            )));
        }
        let paths = definition
            .operations
            .iter()
            .map(|operation| &operation.path);
        let paths = paths.chain(&events.absent_paths);
        let missing = paths.filter(|path| done.insert(path.as_str().to_owned()));
        let preflights: Vec<_> = missing
            .map(|path| Operation::new(Some(Method::OPTIONS), path.clone()))
            .collect();
        if !preflights.is_empty() {
            definition.notes.push(
                "SAM adds an OPTIONS operation for `Cors` to each path, and API Gateway answers it by itself; here these requests \
                 reach the service, which has to answer them"
                    .into(),
            );
        }
        definition.operations.extend(preflights);
        Ok(())
    }

    /// Removes added OPTIONS operations that are open and may not exist: the path has an OPTIONS event whose function
    /// is absent.
    pub(super) fn remove_preflights(
        definition: &mut Definition,
        events: &OfEvents<'d>,
        first: usize,
    ) {
        let has_root = !definition.root_security.is_empty();
        let mut index = 0;
        definition.operations.retain(|operation| {
            index += 1;
            let is_open = match &operation.security {
                None => !has_root,
                Some(names) => names.is_empty(),
            };
            let is_absent = || events.absent_preflights.contains(operation.path());
            index <= first || !is_open || !is_absent()
        });
    }
}
