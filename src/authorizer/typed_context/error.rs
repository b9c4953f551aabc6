//! Why a context does not fit a type, without a value of it.

use std::fmt;

use serde::de::{Error, Expected, Unexpected};
use serde_json::Value;

use crate::authorizer::ContextValue;

/// Texts that are shorter are not secret, and are part of many other words.
const SHORTEST_SECRET: usize = 8;

/// The authorizer's context does not fit the type that [`AuthorizerContext::deserialize`] should make of it.
///
/// It names the field and the reason. It shows no value of the context, because that may be a credential.
///
/// [`AuthorizerContext::deserialize`]: crate::AuthorizerContext::deserialize
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizerContextError {
    field: Option<String>,
    problem: Problem,
}

impl AuthorizerContextError {
    pub(super) fn new(error: &serde_path_to_error::Error<Problem>) -> Self {
        let path = error.path().to_string();
        Self {
            field: (path != ".").then_some(path),
            problem: error.inner().clone(),
        }
    }

    pub(super) fn without_field(problem: Problem) -> Self {
        Self {
            field: None,
            problem,
        }
    }

    /// The path of the value that does not fit, such as `level` or `groups[1]`. `None` if a key is missing or unknown.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
}

impl fmt::Display for AuthorizerContextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the authorizer's context does not fit: ")?;
        if let Some(field) = &self.field {
            write!(f, "`{field}`: ")?;
        }
        self.problem.fmt(f)
    }
}

impl std::error::Error for AuthorizerContextError {}

/// What serde says, without the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem(String);

impl Problem {
    /// The text of the value is not what the type asks for.
    pub(super) fn not(wanted: impl fmt::Display) -> Self {
        Self(format!("the text is not {wanted}"))
    }

    /// Removes the message of a type's own `Deserialize` if it repeats a text of the value.
    pub(super) fn without(self, value: &ContextValue) -> Self {
        let repeats = match value {
            ContextValue::String(text) => match serde_json::from_str(text) {
                Ok(json) => self.repeats(text) || self.repeats_any(&json),
                Err(_) => self.repeats(text),
            },
            other => self.repeats_any(&other.to_json()),
        };
        match repeats {
            true => Self("its type does not accept the value".to_owned()),
            false => self,
        }
    }

    fn repeats(&self, text: &str) -> bool {
        text.len() >= SHORTEST_SECRET && self.0.contains(text)
    }

    fn repeats_any(&self, json: &Value) -> bool {
        match json {
            Value::String(text) => self.repeats(text),
            Value::Number(number) => self.repeats(&number.to_string()),
            Value::Array(values) => values.iter().any(|value| self.repeats_any(value)),
            Value::Object(members) => members.values().any(|value| self.repeats_any(value)),
            Value::Null | Value::Bool(_) => false,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}

/// serde's own messages quote the value. These only say what kind of value it is.
impl Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!(
            "it is {}, and the type needs {expected}",
            kind(found)
        ))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("it is {}, but not {expected}", kind(found)))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        let names: Vec<_> = expected.iter().map(|name| format!("`{name}`")).collect();
        Self(format!("it is none of {}", names.join(", ")))
    }
}

fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) => "a string",
        Unexpected::Unit => "null",
        Unexpected::Seq => "a list",
        Unexpected::Map => "an object",
        Unexpected::UnitVariant => "a name",
        _ => "another value",
    }
}
