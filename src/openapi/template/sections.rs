//! The sections of a template (`Parameters`, `Conditions`, `Resources`), including the files that `AWS::Include` adds.

use super::files::Files;
use crate::openapi::{
    error::DefinitionError,
    file_location::{location_of, written_name},
    node::Node,
    place::Place,
    quoting::quoted,
};

/// A section as written, in the template and in files.
#[derive(Debug, Default)]
pub(super) struct Section<'d> {
    pub(super) parts: Vec<Node<'d>>,
    /// The files that belong to the section and are not known.
    pub(super) missing: Vec<String>,
    /// The macros that may change the section in unknown ways.
    macros: Vec<String>,
}

impl<'d> Section<'d> {
    /// The whole template: the document, and the files that its `Transform` includes.
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

    /// One section, collected from all parts of the template.
    pub(super) fn of(
        template: &Self,
        name: &str,
        files: &'d Files,
    ) -> Result<Self, DefinitionError> {
        let mut section = Self {
            missing: template.missing.clone(),
            macros: template.macros.clone(),
            ..Self::default()
        };
        let parts = template.parts.iter();
        section
            .parts
            .extend(parts.filter_map(|part| part.written(name)));
        let mut next = 0;
        while let Some(part) = section.parts.get(next) {
            next += 1;
            if let Some(transform) = part.written("Fn::Transform") {
                if location_of(&transform).is_none() {
                    section.macros.push(macro_of(&transform));
                }
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
        let Some(name) = written_name(&location) else {
            self.macros.push("AWS::Include".into());
            return Ok(());
        };
        match files.get(&name) {
            None => self.missing.push(name),
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

    /// Whether no unknown file or macro may add or replace members.
    pub(super) fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.macros.is_empty()
    }

    /// What to do about an incomplete section.
    pub(super) fn remedy(&self) -> Option<String> {
        let of_file = |name: &String| {
            format!(
                "supply the content of {} with `Template::include`",
                quoted(name)
            )
        };
        let of_macro = |name: &String| {
            format!(
                "read the processed template, because the macro {} is not evaluated",
                quoted(name)
            )
        };
        let missing = self.missing.first().map(of_file);
        missing.or_else(|| self.macros.first().map(of_macro))
    }

    /// The member with this name. If there are several, the last one counts.
    pub(super) fn member(&self, name: &str) -> Option<Node<'d>> {
        let mut parts = self.parts.iter().rev();
        parts.find_map(|part| part.written(name))
    }
}

fn macro_of(transform: &Node<'_>) -> String {
    let name = transform.written("Name");
    let name = name.as_ref().and_then(|name| name.value().as_str());
    name.unwrap_or("?").to_owned()
}
