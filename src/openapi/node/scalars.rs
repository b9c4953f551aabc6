//! Values that are a string, a number or a boolean.

use serde_json::Value;

use super::{DefinitionError, Node};
use crate::openapi::{quoting::quoted, unknown::reason};

/// A scalar as a string, as CloudFormation passes it around.
pub(in crate::openapi) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

impl<'d> Node<'d> {
    pub(in crate::openapi) fn text(&self) -> Result<&'d str, DefinitionError> {
        self.note_defaults();
        self.value
            .as_str()
            .ok_or_else(|| self.unexpected("a string"))
    }

    /// A whole number, which may be a string. `010` is refused: some readers take it for 8.
    pub(in crate::openapi) fn integer(&self) -> Result<u64, DefinitionError> {
        self.note_defaults();
        let integer = match self.value {
            Value::String(text) => text.parse().ok().filter(|it: &u64| it.to_string() == *text),
            value => value.as_u64(),
        };
        integer.ok_or_else(|| self.unexpected("a whole number"))
    }

    /// A version. In YAML, `1.0` without quotes is a number.
    pub(in crate::openapi) fn decimal(&self) -> Result<String, DefinitionError> {
        self.note_defaults();
        match self.value.as_f64() {
            Some(number) => Ok(format!("{number:.1}")),
            None => self.text().map(str::to_owned),
        }
    }

    /// A boolean, which may be a string.
    pub(in crate::openapi) fn boolean(&self) -> Result<bool, DefinitionError> {
        self.note_defaults();
        match self.value {
            Value::Bool(value) => Ok(*value),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            _ => Err(self.unexpected("`true` or `false`")),
        }
    }

    /// An error for an unexpected value. It names an intrinsic function, and quotes a short value.
    pub(in crate::openapi) fn unexpected(&self, expected: &str) -> DefinitionError {
        if let Some((function, argument)) = self.function() {
            self.note_unknown();
            let reason = reason(function, argument);
            let problem = format!("{reason}, or replace it by {expected}");
            return self.function_error(function, problem);
        }
        let found = match self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => quoted(&value.to_string()),
            Value::Number(number) => quoted(&number.to_string()),
            Value::String(text) => quoted(text),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        self.error(format!("expected {expected}, found {found}"))
    }
}
