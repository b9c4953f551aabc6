//! The values in an authorizer's context.

use std::{borrow::Cow, fmt};

use serde::Serialize;
use serde_json::{Number, Value};

use super::strict_json::{make_numbers_plain, plain_number};

/// A value of an authorizer's context.
///
/// Most APIs accept strings, numbers and booleans, and pass them on as strings. [`Display`](fmt::Display) writes these
/// strings: `123`, `1.5`, `true`. An HTTP API with the payload format 2.0 accepts every JSON value and passes it on
/// unchanged. [`Serialize`](serde::Serialize) writes the JSON value.
///
/// ```
/// use serde_json::json;
/// use tower_lambda_authorizer::ContextValue;
///
/// assert_eq!(ContextValue::from(7).to_string(), "7");
/// let roles = ContextValue::from(json!(["reader", "writer"]));
/// assert_eq!(roles.to_string(), r#"["reader","writer"]"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[allow(clippy::exhaustive_enums, reason = "this is JSON")]
pub enum ContextValue {
    /// A string.
    String(String),
    /// A number.
    Number(Number),
    /// A boolean.
    Bool(bool),
    /// `null`.
    Null,
    /// A list or an object. If it holds any other value, that is treated like an object.
    Structured(Value),
}

impl ContextValue {
    /// What kind of value it is, for messages that must not show the value.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Number(number) if is_inexact(number) => "a number that is too large to be exact",
            Self::Number(_) => "a number",
            Self::Bool(_) => "a boolean",
            Self::Null => "null",
            Self::Structured(Value::Array(_)) => "a list",
            Self::Structured(_) => "an object",
        }
    }

    /// Whether an API that passes on only strings accepts the value.
    pub(crate) fn is_text_like(&self) -> bool {
        match self {
            Self::String(_) | Self::Bool(_) => true,
            Self::Number(number) => !is_inexact(number),
            Self::Null | Self::Structured(_) => false,
        }
    }

    /// Converts it to the string that an API passes on.
    pub(crate) fn make_text(&mut self) {
        if !matches!(self, Self::String(_)) {
            *self = Self::String(self.to_string());
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::String(text) => Value::String(text.clone()),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Null => Value::Null,
            Self::Structured(value) => value.clone(),
        }
    }
}

impl fmt::Display for ContextValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(truth) => truth.fmt(f),
            Self::Null => f.write_str("null"),
            Self::Structured(value) => value.fmt(f),
        }
    }
}

impl From<&str> for ContextValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for ContextValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for ContextValue {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

macro_rules! from_integers {
    ($($integer:ty)*) => {$(
        impl From<$integer> for ContextValue {
            fn from(number: $integer) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

from_integers! { i8 i16 i32 i64 u8 u16 u32 u64 usize }

impl From<Number> for ContextValue {
    fn from(number: Number) -> Self {
        Self::Number(plain_number(number))
    }
}

impl From<&String> for ContextValue {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

/// What [`AuthorizerRequest::header`](crate::AuthorizerRequest::header) returns.
impl From<Cow<'_, str>> for ContextValue {
    fn from(text: Cow<'_, str>) -> Self {
        Self::String(text.into_owned())
    }
}

impl From<Value> for ContextValue {
    fn from(mut value: Value) -> Self {
        make_numbers_plain(&mut value);
        match value {
            Value::String(text) => Self::String(text),
            Value::Bool(truth) => Self::Bool(truth),
            Value::Number(number) => Self::Number(number),
            Value::Null => Self::Null,
            structured @ (Value::Array(_) | Value::Object(_)) => Self::Structured(structured),
        }
    }
}

/// Whether reading it from JSON may have changed the number.
fn is_inexact(number: &Number) -> bool {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_integer = number.is_u64() || number.is_i64();
    !is_integer && number.as_f64().is_none_or(|number| number.abs() >= EXACT)
}
