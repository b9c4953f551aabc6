//! The state of an evaluation. It evaluates the known parts of a template, and leaves the rest as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    files::Files,
    parameters::Parameters,
    resolved::{FunctionResult, Resolved},
    sections::Section,
};
use crate::openapi::{
    error::DefinitionError,
    node::Node,
    text::{Budget, Cost, Document},
};

/// The size limit of an evaluated template, in documents of the largest allowed size. Twice what one template can
/// contain, so that only unbounded growth is stopped.
const DOCUMENTS: usize = 2;

/// The state of one evaluation.
pub(super) struct Resolver<'d> {
    pub(super) files: &'d Files,
    pub(super) template: Section<'d>,
    pub(super) parameters: Parameters<'d>,
    pub(super) mappings: Section<'d>,
    pub(super) conditions: Section<'d>,
    /// The assumed values of unknown conditions.
    pub(super) assumptions: BTreeMap<String, bool>,
    pub(super) evaluated: BTreeMap<String, Evaluated>,
    pub(super) loops: Vec<Loop>,
    pub(super) has_language_extensions: bool,
    /// The files that are being included.
    pub(super) open_files: Vec<&'d str>,
    pub(super) missing: BTreeSet<String>,
    /// Whether a condition is being evaluated.
    pub(super) in_condition: bool,
    /// Parameters that matter and that have the template's default.
    pub(super) defaults: BTreeMap<String, String>,
    /// Parameters with the template's default that the current function has used.
    pub(super) asked_defaults: BTreeSet<String>,
    budget: Budget,
}

/// The state of a condition that has been used.
#[derive(Debug, Clone, Copy)]
pub(super) enum Evaluated {
    /// It is being evaluated. Using it now is a cycle.
    Begun,
    /// `None`: not known.
    Done(Option<bool>),
}

/// A loop that is being evaluated.
#[derive(Debug, Clone)]
pub(super) struct Loop {
    pub(super) name: String,
    pub(super) value: String,
}

impl<'d> Resolver<'d> {
    pub(super) fn new(
        document: &'d Document,
        given: &'d BTreeMap<String, String>,
        files: &'d Files,
    ) -> Result<Self, DefinitionError> {
        let template = Section::template(document.root(), files)?;
        let section = |name| Section::of(&template, name, files);
        let declared = section("Parameters")?;
        let parameters = Parameters::read(&declared, given)?;
        let (mappings, conditions) = (section("Mappings")?, section("Conditions")?);
        for part in mappings.parts.iter().chain(&conditions.parts) {
            part.check_duplicates()?;
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

    /// The template under these assumptions.
    pub(super) fn resolve(
        &mut self,
        assumptions: &BTreeMap<String, bool>,
    ) -> Result<Resolved<'d>, DefinitionError> {
        self.assumptions.clone_from(assumptions);
        self.evaluated.clear();
        self.budget = Budget::of_documents(DOCUMENTS);
        self.whole()
    }

    /// Records that the defaults of these parameters matter.
    pub(super) fn note_defaults(&mut self, names: BTreeSet<String>) {
        for name in names {
            if let Some(default) = self.parameters.default_of(&name) {
                self.defaults.insert(name, default);
            }
        }
    }

    /// Evaluates something that affects the whole tree, such as the name of a file. Its defaults matter.
    pub(super) fn noting_defaults<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::take(&mut self.asked_defaults);
        let done = work(self);
        let asked = std::mem::replace(&mut self.asked_defaults, outer);
        self.note_defaults(asked);
        done
    }

    /// Notes about parts of the template that are not checked.
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
                "the template's `Rules` are not evaluated; CloudFormation does not deploy a stack with parameters that \
                 violate them"
                    .into(),
            );
        }
        notes
    }

    /// The names of files that are needed and not known.
    pub(super) fn into_missing(self) -> BTreeSet<String> {
        self.missing
    }

    /// Keeps a value without evaluating it. Its functions stay, so reading them is an error.
    pub(super) fn as_written(&self, node: &Node<'d>) -> Result<Resolved<'d>, DefinitionError> {
        let spent = self.budget.spend(Cost::of(node.value()));
        spent.map_err(|problem| too_much(node, &problem))?;
        Ok(Resolved {
            value: node.value().clone(),
            marks: node.marks().cloned().unwrap_or_default(),
        })
    }

    /// Counts a new value.
    pub(super) fn spend(&self, bytes: usize, node: &Node<'_>) -> Result<(), DefinitionError> {
        let spent = self.budget.spend_value(bytes);
        spent.map_err(|problem| too_much(node, &problem))
    }

    /// A malformed function. Under an assumption, a deployment might never evaluate the function, so it stays.
    pub(super) fn malformed(
        &self,
        node: &Node<'d>,
        problem: impl Into<String>,
    ) -> Result<FunctionResult<'d>, DefinitionError> {
        if self.assumptions.is_empty() {
            Err(node.error(problem))
        } else {
            Ok(FunctionResult::Unknown)
        }
    }
}

fn too_much(node: &Node<'_>, problem: &str) -> DefinitionError {
    let place = node.place();
    DefinitionError::limit(format!("after evaluation {problem} (at `{place}`)"))
}
