//! The values of parameters and pseudo parameters.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    constraints::{self, Patterns, is_list},
    sections::Section,
};
use crate::openapi::{
    error::DefinitionError,
    node::{Node, text_of},
    quoting::{quoted, quoted_list},
};

/// The pseudo parameters of every template. `AWS::NoValue` is not among them: it has no value.
const PSEUDO_PARAMETERS: [&str; 7] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// The values that the application and the template give.
#[derive(Debug, Default)]
pub(super) struct Parameters<'d> {
    values: BTreeMap<&'d str, Value>,
    defaults: BTreeSet<&'d str>,
    pub(super) patterns: Patterns,
}

impl<'d> Parameters<'d> {
    pub(super) fn read(
        section: &Section<'d>,
        given: &'d BTreeMap<String, String>,
    ) -> Result<Self, DefinitionError> {
        let mut parameters = Self::default();
        let mut declared = BTreeSet::new();
        for part in &section.parts {
            part.check_duplicates()?;
            for (name, parameter) in part.each_member() {
                declared.insert(name);
                let given = given.get(name);
                // An unknown function may define another default.
                if given.is_some() || section.is_complete() && !parameter.is_function() {
                    parameters.add(name, &parameter, given)?;
                }
            }
        }
        for (name, value) in given {
            // The unknown part of an incomplete section may declare it.
            if PSEUDO_PARAMETERS.contains(&&**name) || !section.is_complete() {
                let value = || value.as_str().into();
                parameters.values.entry(name).or_insert_with(value);
            } else if !declared.contains(&**name) {
                let known: Vec<_> = declared.iter().chain(&PSEUDO_PARAMETERS).collect();
                return Err(DefinitionError::Document {
                    place: "/Parameters".into(),
                    problem: format!(
                        "the template has no parameter {} to set; it has {}",
                        quoted(name),
                        quoted_list(&known)
                    ),
                });
            }
        }
        Ok(parameters)
    }

    fn add(
        &mut self,
        name: &'d str,
        parameter: &Node<'d>,
        given: Option<&String>,
    ) -> Result<(), DefinitionError> {
        let kind = parameter.member("Type");
        let kind = kind.map_or(Ok("String"), |kind| kind.text())?;
        let default = parameter.member("Default");
        let text = match (given, default) {
            (Some(given), _) => given.clone(),
            // The default is the name of a value in the Systems Manager.
            (None, Some(_)) if kind.starts_with("AWS::SSM::") => return Ok(()),
            (None, Some(default)) => {
                self.defaults.insert(name);
                text_of(default.value())
                    .ok_or_else(|| default.unexpected("a string or a number"))?
            }
            (None, None) => return Ok(()),
        };
        // For a value in the Systems Manager, the declaration is about the value's name.
        if !kind.starts_with("AWS::SSM::") {
            constraints::check(name, parameter, kind, &text, &mut self.patterns)?;
        }
        let value = if is_list(kind) {
            text.split(',')
                .map(|item| Value::from(item.trim()))
                .collect()
        } else {
            text.into()
        };
        self.values.insert(name, value);
        Ok(())
    }

    /// A string, or a list of strings.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// Whether the value mentions a parameter that the application sets.
    pub(super) fn are_told_in(&self, node: &Node<'_>) -> bool {
        let is_told = |name: &str| self.values.contains_key(name) && !self.defaults.contains(name);
        let mut nodes = vec![node.clone()];
        while let Some(node) = nodes.pop() {
            if node.value().as_str().is_some_and(is_told) {
                return true;
            }
            nodes.extend(node.each_member().map(|(_, member)| member));
            nodes.extend(node.each_item());
        }
        false
    }

    /// The template's default, if the application does not set the parameter.
    pub(super) fn default_of(&self, name: &str) -> Option<String> {
        let value = self.values.get(name)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        self.defaults.contains(name).then_some(text)
    }
}
