//! Works out what of a template is known, and leaves the rest as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    files::Files,
    parameters::Parameters,
    resolved::{Outcome, Resolved},
    sections::Section,
};
use crate::openapi::{
    error::DefinitionError,
    node::Node,
    text::{Budget, Cost, Document},
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

/// A condition that has been asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Evaluated {
    /// It is being evaluated: whoever asks for it now is a part of it.
    Begun,
    /// None: not known.
    Done(Option<bool>),
}

/// A loop that is being run.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    pub(super) name: String,
    pub(super) value: String,
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
