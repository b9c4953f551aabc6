//! `AWS::Include`: replaces `Fn::Transform` by the members of a file.

use serde_json::Value;

use super::{resolved::Object, resolver::Resolver};
use crate::openapi::{
    error::DefinitionError,
    file_location::{location_of, written_name},
    node::Node,
    place::Place,
    quoting::quoted,
};

impl<'d> Resolver<'d> {
    /// Adds the members of the file to the object. They replace members with the same name: templates rely on this, and
    /// have placeholders only for a linter.
    ///
    /// An unknown file stays as a function, so reading the object's members is an error.
    pub(super) fn include(
        &mut self,
        object: &mut Object<'d>,
        transform: &Node<'d>,
        depth: usize,
    ) -> Result<(), DefinitionError> {
        let name = self.location(transform, depth)?;
        let Some((name, document)) = name.as_deref().and_then(|name| self.files.get(name)) else {
            let mut written = self.as_written(transform)?;
            if let (Some(name), Some(location)) = (&name, location_in(&mut written.value)) {
                *location = name.as_str().into();
            }
            self.missing.extend(name);
            object.insert("Fn::Transform".into(), written);
            return Ok(());
        };
        let root = document.root_at(Place::of_file(name));
        if self.open_files.contains(&name) {
            let name = quoted(name);
            return Err(transform.error(format!("the file {name} includes itself; leave that out")));
        }
        if !root.value().is_object() {
            let name = quoted(name);
            return Err(transform.error(format!(
                "the file {name} is not an object, so it has no members to insert here"
            )));
        }
        self.open_files.push(name);
        let made = self.include_members(object, &root, depth);
        self.open_files.pop();
        made
    }

    /// The root of the file that replaces a value, if the file is known.
    pub(super) fn file_at(&mut self, node: &Node<'d>) -> Result<Option<Node<'d>>, DefinitionError> {
        let Some(transform) = node.written("Fn::Transform") else {
            return Ok(None);
        };
        let name = self.location(&transform, 0)?;
        let file = name.as_deref().and_then(|name| self.files.get(name));
        Ok(file.map(|(name, document)| document.root_at(Place::of_file(name))))
    }

    fn include_members(
        &mut self,
        object: &mut Object<'d>,
        root: &Node<'d>,
        depth: usize,
    ) -> Result<(), DefinitionError> {
        let Some(resolved) = self.value(root, depth + 1)? else {
            return Ok(());
        };
        object.include(resolved, root);
        Ok(())
    }

    /// The name of the file, evaluated as far as it is known. `None`: this is another macro, or nothing is known.
    fn location(
        &mut self,
        transform: &Node<'d>,
        depth: usize,
    ) -> Result<Option<String>, DefinitionError> {
        let Some(location) = location_of(transform) else {
            return Ok(None);
        };
        let text = self.noting_defaults(|resolver| resolver.text(&location, depth))?;
        if text.is_some() {
            return Ok(text);
        }
        Ok(written_name(&location))
    }
}

fn location_in(transform: &mut Value) -> Option<&mut Value> {
    transform.get_mut("Parameters")?.get_mut("Location")
}
