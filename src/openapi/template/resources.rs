//! The sections that describe APIs: `Resources` and `Globals`.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{
    resolved::{Object, Resolved},
    resolver::Resolver,
    sections::Section,
};
use crate::openapi::{
    error::DefinitionError,
    file_location::{location_of, written_name},
    node::Node,
    quoting::quoted,
};

/// Only resources of these services describe an API. Others stay as written.
const SERVICES: [&str; 3] = [
    "AWS::Serverless::",
    "AWS::ApiGateway::",
    "AWS::ApiGatewayV2::",
];

/// Sections that have been used, or that do not describe an API.
const LEFT_OUT: [&str; 8] = [
    "Conditions",
    "Description",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
];

impl<'d> Resolver<'d> {
    /// The whole template.
    pub(super) fn whole(&mut self) -> Result<Resolved<'d>, DefinitionError> {
        let parts = self.template.parts.clone();
        let mut whole = match parts.first() {
            Some(root) if root.value().is_object() => Object::like(root),
            Some(root) => return self.as_written(root),
            None => return Ok(Resolved::default()),
        };
        for part in &parts {
            for (name, section) in part.each_member() {
                if !LEFT_OUT.contains(&name) {
                    self.add_section(&mut whole, name, &section)?;
                }
            }
        }
        if parts.iter().any(|part| part.written("Resources").is_some()) {
            let resources = self.resources()?;
            whole.insert("Resources".into(), resources);
        }
        Ok(whole.into())
    }

    fn add_section(
        &mut self,
        whole: &mut Object<'d>,
        name: &'d str,
        section: &Node<'d>,
    ) -> Result<(), DefinitionError> {
        if name == "Globals" {
            self.check_globals_early(section)?;
        }
        let resolved = match name {
            "Transform" => Some(self.transforms(section)?),
            _ => self.value(section, 1)?,
        };
        if name != "Transform" && whole.contains(name) {
            let name = quoted(name);
            return Err(section.error(format!("the template has another section {name}; keep one")));
        }
        if let Some(resolved) = resolved {
            whole.insert(name.into(), resolved.moved_from(section));
        }
        Ok(())
    }

    /// The entries of `Transform` that have not been applied here.
    fn transforms(&mut self, node: &Node<'d>) -> Result<Resolved<'d>, DefinitionError> {
        let is_done = |resolver: &mut Self, transform: &Node<'d>| {
            let location = location_of(transform);
            let name = location.as_ref().and_then(written_name);
            name.is_some_and(|name| resolver.files.get(&name).is_some())
        };
        if is_done(self, node) {
            return Ok(Value::Array(Vec::new()).into());
        }
        let mut resolved = self.as_written(node)?;
        if let Value::Array(list) = &mut resolved.value {
            let done: Vec<_> = node.each_item().map(|item| is_done(self, &item)).collect();
            let mut done = done.into_iter();
            list.retain(|_| !done.next().unwrap_or_default());
        }
        Ok(resolved)
    }

    /// A top-level `AWS::Include` whose file is not known.
    fn missing_include(&self) -> Option<Resolved<'d>> {
        let location = self.template.missing.first()?;
        let parameters = json!({ "Location": location });
        let transform = json!({"Name": "AWS::Include", "Parameters": parameters});
        Some(transform.into())
    }

    fn resources(&mut self) -> Result<Resolved<'d>, DefinitionError> {
        let section = Section::of(&self.template, "Resources", self.files)?;
        self.missing.extend(section.missing.iter().cloned());
        let mut resources = match section.parts.first() {
            Some(node) if !node.value().is_object() => return self.as_written(node),
            Some(node) => Object::like(node),
            None => return Ok(Resolved::default()),
        };
        // An unknown file may add resources and anything else.
        if let Some(transform) = self.missing_include() {
            resources.insert("Fn::Transform".into(), transform);
        }
        for part in &section.parts {
            resources.note_duplicates(part);
            self.members(part, 0, &mut |resolver, id, node| {
                if let Some(resource) = resolver.resource(node)? {
                    let resource = resource.moved_from(node);
                    if resources.insert_once(&id, resource).is_err() {
                        let id = quoted(&id);
                        return Err(node.error(format!(
                            "the template has another resource {id}; rename one"
                        )));
                    }
                }
                Ok(())
            })?;
            self.keep_functions(part, section.missing.is_empty(), &mut resources)?;
        }
        Ok(resources.into())
    }

    /// Keeps the functions that have not been applied. They may add resources and anything else.
    fn keep_functions(
        &mut self,
        part: &Node<'d>,
        has_all_files: bool,
        resources: &mut Object<'d>,
    ) -> Result<(), DefinitionError> {
        for (name, member) in part.each_member() {
            if !name.starts_with("Fn::") {
                continue;
            }
            let is_included = has_all_files && location_of(&member).is_some();
            if !is_included && !self.is_loop(name, &member)? {
                resources.insert(name.into(), self.as_written(&member)?);
            }
        }
        Ok(())
    }

    /// `None`: the resource's condition is false.
    fn resource(&mut self, node: &Node<'d>) -> Result<Option<Resolved<'d>>, DefinitionError> {
        let mut condition = None;
        if let Some(name) = node.written("Condition") {
            let Some(text) = name.value().as_str() else {
                return Err(name.unexpected("the name of a condition"));
            };
            condition = self.condition(text, &name, 0)?;
        }
        let parts = self.parts_of(node)?;
        let mut kinds = parts.iter().filter_map(|part| part.written("Type"));
        let kind = kinds.find_map(|kind| kind.value().as_str());
        if condition == Some(false) {
            return self.absent(node, kind);
        }
        self.check_early(kind.unwrap_or_default(), &parts)?;
        let is_described = kind.is_none_or(|kind| SERVICES.iter().any(|it| kind.starts_with(it)));
        if !is_described {
            return self.as_written(node).map(Some);
        }
        let Some(mut resource) = self.value(node, 1)? else {
            return Ok(None);
        };
        if condition.is_some() {
            resource.settle_condition(kind);
        }
        if let (Some(kind), Some(properties)) = (kind, node.written("Properties")) {
            self.take_in_file(kind, &mut resource, &properties)?;
        }
        Ok(Some(resource))
    }

    /// SAM reads the events of a function before the function's condition is evaluated. So the function stays in the
    /// tree as written, with the condition `false`.
    fn absent(
        &mut self,
        node: &Node<'d>,
        kind: Option<&str>,
    ) -> Result<Option<Resolved<'d>>, DefinitionError> {
        if !has_events(kind) {
            return Ok(None);
        }
        let mut resource = self.as_written(node)?;
        if let Value::Object(members) = &mut resource.value {
            members.insert("Condition".into(), Value::Bool(false));
        }
        Ok(Some(resource))
    }
}

fn has_events(kind: Option<&str>) -> bool {
    matches!(
        kind,
        Some("AWS::Serverless::Function" | "AWS::Serverless::StateMachine")
    )
}

impl<'d> Resolved<'d> {
    /// Removes the condition, which is true. Resources with events keep `true`, because SAM treats events differently
    /// if there is a condition.
    fn settle_condition(&mut self, kind: Option<&str>) {
        if let Value::Object(members) = &mut self.value {
            members.remove("Condition");
            if has_events(kind) {
                members.insert("Condition".into(), Value::Bool(true));
            }
        }
    }
}

impl<'d> Object<'d> {
    fn insert_once(&mut self, name: &str, member: Resolved<'d>) -> Result<(), ()> {
        if self.contains(name) {
            Err(())
        } else {
            self.insert(Cow::Borrowed(name), member);
            Ok(())
        }
    }
}
