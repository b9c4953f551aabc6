//! Why a context does not fit a type, without a value of it.

use std::{collections::HashSet, fmt};

use serde::de::{Error, Expected, Unexpected};
use serde_json::Value;

use crate::{authorizer::ContextValue, policy::OneLine};

/// Texts that are shorter are not secret, and are part of many other words.
const MIN_SECRET_LENGTH: usize = 8;

/// The error of [`AuthorizerContext::deserialize`]: the authorizer's context does not fit the type.
///
/// It names the field and the reason, in one line. It shows no value of the context, because that may be a credential, but
/// it shows keys: those of the context, and those of JSON objects in it.
///
/// [`AuthorizerContext::deserialize`]: crate::AuthorizerContext::deserialize
///
/// ```
/// use serde::Deserialize;
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
///
/// #[derive(Debug, Deserialize)]
/// struct Caller {
///     level: u8,
/// }
///
/// # tokio_test::block_on(async {
/// let answer = MockAnswer::allow().with_context("level", "high");
/// let harness = Harness::new(LambdaAuthorizerLayer::token(MockAuthorizer::answering(answer)));
/// let response = harness.get("/pets").header("authorization", "t").send().await;
/// let error = response.context().unwrap().deserialize::<Caller>().unwrap_err();
/// assert_eq!(error.field(), Some("level"));
/// # });
/// ```
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
            write!(f, "`{}`: ", OneLine(field))?;
        }
        OneLine(&self.problem).fmt(f)
    }
}

impl std::error::Error for AuthorizerContextError {}

/// What serde says, without the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    text: String,
    /// Whether a type has written the text. It may quote the value, whole or cut, with or without escapes.
    may_quote: bool,
}

impl Problem {
    /// The text of the value is not what the type asks for.
    pub(super) fn not(wanted: impl fmt::Display) -> Self {
        Self::known(format!("the text is not {wanted}"))
    }

    /// A text that quotes no value.
    fn known(text: String) -> Self {
        Self {
            text,
            may_quote: false,
        }
    }

    /// Removes the message of a type's own `Deserialize` if it repeats a part of the value. Takes time linear in both.
    pub(super) fn without(self, value: &ContextValue) -> Self {
        if !self.may_quote {
            return self;
        }
        let said = Parts::of(&self.text);
        let repeats = match value {
            ContextValue::String(text) => {
                let json = serde_json::from_str(text);
                said.repeat(text) || json.is_ok_and(|json| said.repeat_any(&json))
            }
            other => said.repeat_any(&other.to_json()),
        };
        if repeats {
            Self::known("its type does not accept the value".to_owned())
        } else {
            self
        }
    }
}

/// All parts of a message that are as long as a secret.
struct Parts<'m>(HashSet<&'m [u8]>);

impl<'m> Parts<'m> {
    fn of(message: &'m str) -> Self {
        Self(message.as_bytes().windows(MIN_SECRET_LENGTH).collect())
    }

    fn repeat(&self, text: &str) -> bool {
        let mut parts = text.as_bytes().windows(MIN_SECRET_LENGTH);
        parts.any(|part| self.0.contains(part))
    }

    fn repeat_any(&self, json: &Value) -> bool {
        match json {
            Value::String(text) => self.repeat(text),
            Value::Number(number) => self.repeat(&number.to_string()),
            Value::Array(values) => values.iter().any(|value| self.repeat_any(value)),
            Value::Object(members) => members.values().any(|value| self.repeat_any(value)),
            Value::Null | Value::Bool(_) => false,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Problem {}

/// serde's own messages quote the value. These only say what kind of value it is.
impl Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            text: message.to_string(),
            may_quote: true,
        }
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::known(format!(
            "it is {}, and the type needs {expected}",
            kind(found)
        ))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::known(format!("it is {}, but not {expected}", kind(found)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Self::known(format!("invalid length {length}, expected {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::known(format!("it is none of {}", quoted(expected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::known(match expected {
            [] => format!("unknown field `{field}`, there are no fields"),
            names => format!("unknown field `{field}`, expected one of {}", quoted(names)),
        })
    }

    fn missing_field(field: &'static str) -> Self {
        Self::known(format!("missing field `{field}`"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::known(format!("duplicate field `{field}`"))
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
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
