//! Works out what of a template is known, and leaves the rest as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    conditions::Evaluated,
    files::Files,
    loops::Loop,
    parameters::Parameters,
    resolved::{Object, Outcome, Resolved},
    sections::Section,
};
use crate::openapi::{
    error::{DefinitionError, quoted},
    marks::Marks,
    node::Node,
    text::{Budget, Cost, Document, MAX_DEPTH},
};

/// How much may be made of one template, in documents as large as may be read: twice what a template can hold by
/// itself, so that only what grows without bounds is stopped.
const DOCUMENTS: usize = 2;

/// The state of one run.
pub(super) struct Resolver<'d> {
    pub(super) files: &'d Files,
    pub(super) template: Section<'d>,
    pub(super) parameters: Parameters<'d>,
    pub(super) mappings: Section<'d>,
    pub(super) conditions: Section<'d>,
    /// What is assumed of conditions that are not known.
    pub(super) assumptions: BTreeMap<String, bool>,
    pub(super) evaluated: BTreeMap<String, Evaluated>,
    pub(super) loops: Vec<Loop>,
    pub(super) has_language_extensions: bool,
    /// Files whose text is being put into the tree.
    pub(super) open_files: Vec<&'d str>,
    pub(super) missing: BTreeSet<String>,
    /// Whether a condition is being evaluated.
    pub(super) in_condition: bool,
    /// Parameters that matter and that have the template's default.
    pub(super) defaults: BTreeMap<String, String>,
    /// Parameters with the template's default that the function which is being run has asked for.
    pub(super) asked_defaults: BTreeSet<String>,
    budget: Budget,
}

impl<'d> Resolver<'d> {
    pub(super) fn new(
        document: &'d Document,
        told: &'d BTreeMap<String, String>,
        files: &'d Files,
    ) -> Result<Self, DefinitionError> {
        let template = Section::template(document.root(), files)?;
        let section = |name| Section::of(&template, name, files);
        let declared = section("Parameters")?;
        let parameters = Parameters::read(&declared, told)?;
        let (mappings, conditions) = (section("Mappings")?, section("Conditions")?);
        for part in mappings.parts.iter().chain(&conditions.parts) {
            part.check_doubled()?;
        }
        let transform = document.value.get("Transform");
        let is_extension = |name: &Value| name == "AWS::LanguageExtensions";
        let has_language_extensions = transform.is_some_and(|transform| match transform {
            Value::Array(list) => list.iter().any(is_extension),
            one => is_extension(one),
        });
        let mut missing: BTreeSet<_> = template.missing.iter().cloned().collect();
        for section in [&declared, &mappings, &conditions] {
            missing.extend(section.missing.iter().cloned());
        }
        Ok(Self {
            files,
            template,
            parameters,
            mappings,
            conditions,
            assumptions: BTreeMap::new(),
            evaluated: BTreeMap::new(),
            loops: Vec::new(),
            has_language_extensions,
            open_files: Vec::new(),
            missing,
            in_condition: false,
            defaults: BTreeMap::new(),
            asked_defaults: BTreeSet::new(),
            budget: Budget::of_documents(DOCUMENTS),
        })
    }

    /// The template as it is under these assumptions.
    pub(super) fn resolve(
        &mut self,
        assumptions: &BTreeMap<String, bool>,
    ) -> Result<Resolved<'d>, DefinitionError> {
        self.assumptions.clone_from(assumptions);
        self.evaluated.clear();
        self.budget = Budget::of_documents(DOCUMENTS);
        self.whole()
    }

    /// Takes down that the defaults of these parameters matter.
    pub(super) fn note_defaults(&mut self, names: BTreeSet<String>) {
        for name in names {
            if let Some(default) = self.parameters.default_of(&name) {
                self.defaults.insert(name, default);
            }
        }
    }

    /// Works out something that decides about the tree as a whole, such as the name of a file: defaults in it matter.
    pub(super) fn noting_defaults<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.asked_defaults);
        let done = work(self);
        let asked = std::mem::replace(&mut self.asked_defaults, outer);
        self.note_defaults(asked);
        done
    }

    /// What of the template is not checked.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = self.parameters.patterns.notes.clone();
        let rules = self
            .template
            .parts
            .iter()
            .filter_map(|part| part.written("Rules"));
        if rules
            .into_iter()
            .any(|rules| self.parameters.are_told_in(&rules))
        {
            notes.push(
                "the template's `Rules` are not evaluated; a stack is not deployed with parameters that they refuse"
                    .into(),
            );
        }
        notes
    }

    /// The names of files that are needed and not known.
    pub(super) fn into_missing(self) -> BTreeSet<String> {
        self.missing
    }

    /// Any value. None: it is not there. Recursive, as deep as is allowed.
    pub(super) fn value(
        &mut self,
        node: &Node<'d>,
        depth: usize,
    ) -> Result<Option<Resolved<'d>>, DefinitionError> {
        if depth > MAX_DEPTH {
            return Err(node.error(format!(
                "with what is included it is nested more than {MAX_DEPTH} deep"
            )));
        }
        match node.value() {
            Value::Object(members) => match (members.len(), members.iter().next()) {
                (1, Some((name, _))) if is_function(name) => self.function(node, name, depth),
                _ => self.object(node, depth).map(Some),
            },
            Value::Array(_) => self.list(node, depth).map(Some),
            Value::String(text) => {
                let text = self.in_loops(text);
                self.spend(text.len(), node)?;
                Ok(Some(Value::from(text).into()))
            }
            scalar => {
                self.spend(0, node)?;
                Ok(Some(scalar.clone().into()))
            }
        }
    }

    fn function(
        &mut self,
        node: &Node<'d>,
        name: &str,
        depth: usize,
    ) -> Result<Option<Resolved<'d>>, DefinitionError> {
        node.check_doubled()?;
        let Some(argument) = node.written(name) else {
            return Ok(None);
        };
        let outer = std::mem::take(&mut self.asked_defaults);
        let outcome = self.run(name, &argument, depth + 1)?;
        let asked = std::mem::replace(&mut self.asked_defaults, outer);
        self.asked_defaults.extend(asked.iter().cloned());
        match outcome {
            Outcome::Known(mut resolved) => {
                // The values in a branch have their own marks.
                if name != "Fn::If" {
                    resolved.marks.defaults.extend(asked);
                }
                Ok(Some(resolved))
            }
            Outcome::NoValue => Ok(None),
            Outcome::Unknown => self.as_written(node).map(Some),
        }
    }

    fn object(&mut self, node: &Node<'d>, depth: usize) -> Result<Resolved<'d>, DefinitionError> {
        self.spend(0, node)?;
        let mut object = Object::like(node);
        self.members(node, depth, &mut |resolver, name, member| {
            if let Some(value) = resolver.value(member, depth + 1)? {
                resolver.spend(name.len(), member)?;
                if object.contains(&name) {
                    let name = quoted(&name);
                    return Err(member.error(format!("the member {name} is made twice")));
                }
                object.insert(name, value);
            }
            Ok(())
        })?;
        // What needs more than its own member comes last, so that it can take the place of others.
        for (name, member) in node
            .each_member()
            .filter(|(name, _)| name.starts_with("Fn::"))
        {
            if name == "Fn::Transform" {
                self.include(&mut object, &member, depth)?;
            } else if !self.is_loop(name, &member)? {
                object.insert(name.into(), self.as_written(&member)?);
            }
        }
        Ok(object.into())
    }

    fn list(&mut self, node: &Node<'d>, depth: usize) -> Result<Resolved<'d>, DefinitionError> {
        self.spend(0, node)?;
        let (mut items, mut marks) = (Vec::new(), Marks::default());
        for (index, item) in node.each_item().enumerate() {
            let Some(mut resolved) = self.value(&item, depth + 1)? else {
                continue;
            };
            if index != items.len() {
                resolved = resolved.moved_from(&item);
            }
            marks.set_item(items.len(), resolved.marks);
            items.push(resolved.value);
        }
        Ok(Resolved {
            value: items.into(),
            marks,
        })
    }

    /// What is not worked out: nothing looks into it without an error.
    pub(super) fn as_written(&self, node: &Node<'d>) -> Result<Resolved<'d>, DefinitionError> {
        let spent = self.budget.spend(Cost::of(node.value()));
        spent.map_err(|problem| too_much(node, &problem))?;
        Ok(Resolved {
            value: node.value().clone(),
            marks: node.marks().cloned().unwrap_or_default(),
        })
    }

    /// Counts a value that is made.
    pub(super) fn spend(&self, bytes: usize, node: &Node<'_>) -> Result<(), DefinitionError> {
        let spent = self.budget.spend_value(bytes);
        spent.map_err(|problem| too_much(node, &problem))
    }

    /// A function that nobody could run. Under an assumption the function may never be asked for, so that it stays.
    pub(super) fn malformed(
        &self,
        node: &Node<'d>,
        problem: impl Into<String>,
    ) -> Result<Outcome<'d>, DefinitionError> {
        match self.assumptions.is_empty() {
            true => Err(node.error(problem)),
            false => Ok(Outcome::Unknown),
        }
    }
}

fn too_much(node: &Node<'_>, problem: &str) -> DefinitionError {
    let place = node.place();
    DefinitionError::limit(format!("worked out, {problem}, seen at `{place}`"))
}

/// Whether this is a function where it is an object's only member. The others stand beside members.
fn is_function(name: &str) -> bool {
    name == "Ref"
        || name.starts_with("Fn::") && name != "Fn::Transform" && !name.starts_with("Fn::ForEach::")
}
