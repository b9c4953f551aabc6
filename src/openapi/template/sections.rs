//! The sections of a template (`Parameters`, `Conditions`, `Resources`), with what `AWS::Include` puts into them.

use serde_json::Value;

use super::{files::Files, includes::location_of};
use crate::openapi::{
    error::{DefinitionError, quoted},
    node::Node,
    place::Place,
};

/// A section as it is written, in the template and in files.
#[derive(Debug, Default)]
pub(super) struct Section<'d> {
    pub(super) parts: Vec<Node<'d>>,
    /// A file that belongs here and is not known.
    pub(super) missing: Vec<String>,
}

impl<'d> Section<'d> {
    /// The template as a whole: what is written, and the files that its `Transform` includes.
    pub(super) fn template(root: Node<'d>, files: &'d Files) -> Result<Self, DefinitionError> {
        let mut section = Self::default();
        let transform = root.written("Transform");
        section.parts.push(root);
        if let Some(transform) = transform {
            for transform in transform.each_item().chain([transform.clone()]) {
                section.include(&transform, files)?;
            }
        }
        Ok(section)
    }

    /// One section of all parts.
    pub(super) fn of(
        template: &Self,
        name: &str,
        files: &'d Files,
    ) -> Result<Self, DefinitionError> {
        let mut section = Self {
            parts: Vec::new(),
            missing: template.missing.clone(),
        };
        let parts = template.parts.iter();
        section
            .parts
            .extend(parts.filter_map(|part| part.written(name)));
        let mut next = 0;
        while let Some(part) = section.parts.get(next) {
            next += 1;
            if let Some(transform) = part.written("Fn::Transform") {
                section.include(&transform, files)?;
            }
        }
        Ok(section)
    }

    /// Adds the file that the transform names, if it is an `AWS::Include`.
    fn include(&mut self, transform: &Node<'d>, files: &'d Files) -> Result<(), DefinitionError> {
        let Some(location) = location_of(transform) else {
            return Ok(());
        };
        let name = match location.value() {
            Value::String(text) => text,
            Value::Object(function) => match function.get("Fn::Sub") {
                Some(Value::String(text)) => text,
                _ => return Ok(()),
            },
            _ => return Ok(()),
        };
        match files.get(name) {
            None => self.missing.push(name.clone()),
            Some((name, document)) => {
                let root = document.root_at(Place::of_file(name));
                let is_same = |part: &Node<'d>| std::ptr::eq(part.value(), root.value());
                if self.parts.iter().any(is_same) {
                    return Err(transform.error(format!(
                        "{} is included twice, or includes itself",
                        quoted(name)
                    )));
                }
                self.parts.push(root);
            }
        }
        Ok(())
    }

    /// The member of this name, the last one if there are several.
    pub(super) fn member(&self, name: &str) -> Option<Node<'d>> {
        let mut parts = self.parts.iter().rev();
        parts.find_map(|part| part.written(name))
    }
}
