//! Functions whose value is not known.

use serde_json::{Map, Value};

use super::{DefinitionError, Node};
use crate::openapi::{
    quoting::quoted,
    unknown::{Unknown, condition_of, reason},
};

impl<'d> Node<'d> {
    /// The unknown function and its argument. The value itself is the function (`Ref`, `Fn::Sub`), or a function
    /// creates some of its members (`Fn::Transform`, `Fn::ForEach::…`).
    pub(in crate::openapi) fn function(&self) -> Option<(&'d str, &'d Value)> {
        let object = self.value.as_object()?;
        let is_function =
            |name: &str| name.starts_with("Fn::") || (name == "Ref" && object.len() == 1);
        let mut members = object.iter();
        let (name, argument) = members.find(|(name, _)| is_function(name))?;
        Some((name, argument))
    }

    pub(in crate::openapi) fn is_function(&self) -> bool {
        self.function().is_some()
    }

    /// The logical id in `{"Ref": "…"}`.
    pub(in crate::openapi) fn reference(&self) -> Option<&'d str> {
        self.value
            .as_object()
            .filter(|object| object.len() == 1)?
            .get("Ref")?
            .as_str()
    }

    /// The logical id and the attribute in `{"Fn::GetAtt": …}`.
    pub(in crate::openapi) fn attribute(&self) -> Option<(&'d str, &'d str)> {
        let object = self.value.as_object().filter(|object| object.len() == 1)?;
        match object.get("Fn::GetAtt")? {
            Value::String(text) => text.split_once('.'),
            Value::Array(items) => match &**items {
                [Value::String(resource), Value::String(name)] => Some((resource, name)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Records that an unknown function is here, and that it matters.
    pub(in crate::openapi) fn note_unknown(&self) {
        if let (Some(unknowns), Some((function, argument))) = (self.unknowns, self.function()) {
            unknowns.note(Unknown {
                condition: condition_of(function, argument).map(str::to_owned),
                error: self.function_error(function, reason(function, argument)),
            });
        }
    }

    /// Records the parameters with defaults that this value depends on.
    pub(in crate::openapi) fn note_defaults(&self) {
        if let (Some(unknowns), Some(marks)) = (self.unknowns, self.marks) {
            if !marks.defaults.is_empty() {
                unknowns.note_defaults(&marks.defaults);
            }
        }
    }

    /// An error at the function. The function may be one of several members.
    pub(super) fn function_error(&self, function: &'d str, problem: String) -> DefinitionError {
        match self.value.as_object().map(Map::len) {
            Some(1) => self.error(problem),
            _ => DefinitionError::Document {
                place: self.place.member(function).to_string(),
                problem,
            },
        }
    }

    /// Records that it matters whether this condition is true.
    pub(in crate::openapi) fn note_condition(&self, condition: &str) {
        if let Some(unknowns) = self.unknowns {
            let condition = condition.to_owned();
            let problem = format!(
                "the condition {} is not known; set the parameters that it depends on with `Template::parameter`",
                quoted(&condition)
            );
            unknowns.note(Unknown {
                condition: Some(condition),
                error: self.error(problem),
            });
        }
    }
}
