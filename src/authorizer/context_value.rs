//! The values that an authorizer may put into the context.

use std::fmt;

use serde_json::{Number, Value};

/// A value of an authorizer's context: a string, a number or a boolean.
///
/// API Gateway refuses objects and lists, and hands all values on as strings, which is what
/// [`Display`](fmt::Display) writes: `123`, `1.5`, `true`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "these are JSON's scalars, and `null` is refused"
)]
pub enum ContextValue {
    /// A text.
    String(String),
    /// A number.
    Number(Number),
    /// A boolean.
    Bool(bool),
}

impl fmt::Display for ContextValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Bool(truth) => truth.fmt(f),
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

impl From<i64> for ContextValue {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<i32> for ContextValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for ContextValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for ContextValue {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for ContextValue {
    fn from(number: usize) -> Self {
        Self::Number(number.into())
    }
}

impl From<Number> for ContextValue {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<&String> for ContextValue {
    fn from(text: &String) -> Self {
        Self::String(text.clone())
    }
}

/// What is not allowed in a context, in words that show none of it.
impl TryFrom<Value> for ContextValue {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, &'static str> {
        match value {
            Value::String(text) => Ok(Self::String(text)),
            Value::Bool(truth) => Ok(Self::Bool(truth)),
            Value::Number(number) if is_inexact(&number) => {
                Err("a number that is too large to be exact")
            }
            Value::Number(number) => Ok(Self::Number(number)),
            Value::Object(_) => Err("an object"),
            Value::Array(_) => Err("a list"),
            Value::Null => Err("null"),
        }
    }
}

/// Whether two different numbers in JSON may have become this one.
fn is_inexact(number: &Number) -> bool {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_integer = number.is_u64() || number.is_i64();
    !is_integer && number.as_f64().is_none_or(|number| number.abs() >= EXACT)
}
