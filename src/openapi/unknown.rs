//! Functions of a template whose value is not known.
//!
//! They stay in the tree, because most of them do not matter: the name of a bucket, the ARN of a Lambda function. It is
//! not known in advance which ones matter. So a [`Node`](super::node::Node) records here when a reader asks it for
//! something that such a function might create. The records decide whether the result can be trusted.

use std::{cell::RefCell, collections::BTreeSet};

use serde_json::Value;

use super::{error::DefinitionError, quoting::quoted};

/// The most records. One is enough for an error; more are helpful to the user.
const MAX_NOTED: usize = 20;

/// The unknown values that readers have asked for.
#[derive(Debug, Default)]
pub(super) struct Unknowns {
    noted: RefCell<Vec<Unknown>>,
    /// Parameters whose defaults matter.
    defaults: RefCell<BTreeSet<String>>,
}

/// Something whose value is not known, although it matters.
#[derive(Debug, Clone)]
pub(super) struct Unknown {
    /// The condition that decides the value.
    pub(super) condition: Option<String>,
    pub(super) error: DefinitionError,
}

impl Unknowns {
    pub(super) fn note(&self, unknown: Unknown) {
        let mut noted = self.noted.borrow_mut();
        let is_condition = unknown.condition.is_some();
        let is_known = noted.iter().any(|other| other.error == unknown.error);
        // The first condition is always recorded: it can be tried both ways.
        if !is_known && (noted.len() < MAX_NOTED || is_condition && noted.len() == MAX_NOTED) {
            noted.push(unknown);
        }
    }

    /// Records parameters that have the template's default.
    pub(super) fn note_defaults(&self, names: &BTreeSet<String>) {
        self.defaults.borrow_mut().extend(names.iter().cloned());
    }

    pub(super) fn defaults(&self) -> BTreeSet<String> {
        self.defaults.borrow().clone()
    }

    /// The first unknown condition.
    pub(super) fn condition(&self) -> Option<(String, DefinitionError)> {
        let noted = self.noted.borrow();
        noted.iter().find_map(|unknown| {
            let condition = unknown.condition.clone()?;
            Some((condition, unknown.error.clone()))
        })
    }

    /// Drops the records of conditions: for this caller either value will do.
    pub(super) fn without_conditions(self) -> Self {
        let mut noted = self.noted.borrow_mut();
        noted.retain(|unknown| unknown.condition.is_none());
        drop(noted);
        self
    }

    /// Returns what was read, unless something in it is not known.
    pub(super) fn if_known<T>(
        self,
        read: Result<T, DefinitionError>,
    ) -> Result<T, DefinitionError> {
        let unknown = self.noted.into_inner();
        if unknown.is_empty() {
            return read;
        }
        let mut errors: Vec<_> = unknown.into_iter().map(|unknown| unknown.error).collect();
        if let Err(error) = read {
            // The reader's error about the same function is more specific.
            let text = error.to_string();
            errors.retain(|noted| !text.starts_with(&noted.to_string()));
            errors.push(error);
        }
        Err(DefinitionError::all(errors))
    }
}

/// The name of the condition in `{"Fn::If": ["…", …]}`.
pub(super) fn condition_of<'d>(function: &str, argument: &'d Value) -> Option<&'d str> {
    (function == "Fn::If").then(|| argument.get(0)?.as_str())?
}

/// Says why the value of a function is not known, and what to do.
pub(super) fn reason(function: &str, argument: &Value) -> String {
    let name = quoted(function);
    let text = argument.as_str().map(quoted);
    match (function, text) {
        ("Ref", Some(text)) => format!(
            "the intrinsic function {name} cannot be evaluated, because {text} has no value; if it is a parameter, set \
             it with `Template::parameter`"
        ),
        ("Fn::Transform", _) if argument.get("Name").is_some_and(|it| it == "AWS::Include") => {
            let file = included_file(argument);
            format!(
                "{name} cannot be evaluated: `AWS::Include` inserts {file} here, and its content is not known; \
                 supply it with `Template::include`"
            )
        }
        ("Fn::Transform", _) => {
            let name_of_macro = argument.get("Name").and_then(Value::as_str);
            let name_of_macro = quoted(name_of_macro.unwrap_or("?"));
            format!(
                "{name} cannot be evaluated: it is not known what the macro {name_of_macro} does; read the processed \
                 template (`aws cloudformation get-template --template-stage Processed`)"
            )
        }
        ("Fn::GetAtt", _) if is_output(argument) => format!(
            "the intrinsic function {name} cannot be evaluated, because this is an output of a nested stack, which has \
             its own template; read that template by itself, or write the value here"
        ),
        ("Fn::If", _) => {
            let condition = argument.get(0).and_then(Value::as_str).unwrap_or("?");
            format!(
                "the intrinsic function {name} cannot be evaluated, because the condition {} is not known; set the \
                 parameters that it depends on with `Template::parameter`",
                quoted(condition)
            )
        }
        _ if function.starts_with("Fn::ForEach::") => format!(
            "{name} cannot be evaluated, because it needs `AWS::LanguageExtensions` in `Transform` and a list whose \
             items are known; write out what it creates, or set the parameters with `Template::parameter`"
        ),
        _ => format!(
            "the intrinsic function {name} cannot be evaluated, because its value is not known; if it depends on \
             parameters or pseudo parameters, set them with `Template::parameter`"
        ),
    }
}

/// The file that an `AWS::Include` names.
fn included_file(argument: &Value) -> String {
    let parameters = argument.get("Parameters");
    let Some(location) = parameters.and_then(|it| it.get("Location")) else {
        return "a file".into();
    };
    let name = match location {
        Value::Object(members) if members.len() == 1 => members.get("Fn::Sub"),
        location => Some(location),
    };
    let name = name.and_then(Value::as_str).map(quoted);
    name.unwrap_or_else(|| "a file whose name is not known".into())
}

fn is_output(argument: &Value) -> bool {
    let of_text = argument
        .as_str()
        .is_some_and(|text| text.contains(".Outputs."));
    let attribute = argument.get(1).and_then(Value::as_str);
    of_text || attribute.is_some_and(|name| name.starts_with("Outputs."))
}
