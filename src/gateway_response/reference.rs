//! The values that templates and header mappings can use: `context.X`, `stageVariables.X`, `method.request.…`.

use std::{borrow::Cow, fmt::Write};

use http::HeaderName;

use super::failure::GatewayFailure;
use crate::{
    api::is_stage_variable_name,
    authorizer::AuthorizerContext,
    request::context::{ContextVariable, RequestContext, decoded_pairs, is_parameter_name},
};

/// A value of the request, of the failure or of the authorizer's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reference {
    Context(ContextVariable),
    /// `context.authorizer.principalId`
    PrincipalId,
    /// `context.authorizer.X`, from the context of an answer whose policy denies.
    Authorizer(Box<str>),
    Error(ErrorVariable),
    StageVariable(Box<str>),
    Header(HeaderName),
    MultiValueHeader(HeaderName),
    QueryString(Box<str>),
    MultiValueQueryString(Box<str>),
    Path(Box<str>),
    /// A documented variable that has no value in a gateway response.
    Absent,
}

/// `context.error.X`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ErrorVariable {
    Message,
    /// The message as a JSON string, quotes included, or `null`.
    MessageString,
    ResponseType,
    ValidationErrorString,
}

/// Where the values of references come from.
pub(super) struct Values<'r> {
    pub(super) request: &'r RequestContext<'r>,
    pub(super) failure: &'r GatewayFailure,
    pub(super) authorizer: Option<&'r AuthorizerContext>,
}

pub(super) const ALLOWED: &str = "`context.NAME`, `stageVariables.NAME`, `method.request.header.NAME`, \
    `method.request.querystring.NAME`, `method.request.path.NAME`, `method.request.multivalueheader.NAME` \
    and `method.request.multivaluequerystring.NAME`";

impl Reference {
    /// Parses a whole text, without a `$`.
    pub(super) fn parse(expression: &str) -> Option<Self> {
        let (root, name) = expression.split_once('.')?;
        match root {
            "context" => Self::parse_context(name),
            "stageVariables" => {
                is_stage_variable_name(name).then(|| Self::StageVariable(name.into()))
            }
            "method" => Self::parse_parameter(name.strip_prefix("request.")?),
            _ => None,
        }
    }

    fn parse_context(name: &str) -> Option<Self> {
        if let Some(key) = name.strip_prefix("authorizer.") {
            return match key {
                "" => None,
                "principalId" => Some(Self::PrincipalId),
                key => Some(Self::Authorizer(key.into())),
            };
        }
        Some(match name {
            "error.message" => Self::Error(ErrorVariable::Message),
            "error.messageString" => Self::Error(ErrorVariable::MessageString),
            "error.responseType" => Self::Error(ErrorVariable::ResponseType),
            "error.validationErrorString" => Self::Error(ErrorVariable::ValidationErrorString),
            "status" | "wafResponseCode" => Self::Absent,
            name => Self::Context(ContextVariable::parse_of_rest(name)?),
        })
    }

    fn parse_parameter(place_and_name: &str) -> Option<Self> {
        let (place, name) = place_and_name.split_once('.')?;
        if !is_parameter_name(name) {
            return None;
        }
        let header = || HeaderName::from_bytes(name.as_bytes()).ok();
        Some(match place {
            "header" => Self::Header(header()?),
            "multivalueheader" => Self::MultiValueHeader(header()?),
            "querystring" => Self::QueryString(name.into()),
            "multivaluequerystring" => Self::MultiValueQueryString(name.into()),
            "path" => Self::Path(name.into()),
            _ => return None,
        })
    }

    /// The value, if it exists and is UTF-8.
    pub(super) fn value<'r>(&'r self, values: &Values<'r>) -> Option<Cow<'r, str>> {
        let request = values.request;
        match self {
            Self::Context(variable) => request.variable(*variable),
            Self::PrincipalId => values.authorizer?.principal_id().map(Cow::Borrowed),
            Self::Authorizer(key) => values.authorizer?.get(key).map(Cow::Borrowed),
            Self::Error(variable) => variable.value(values.failure),
            Self::StageVariable(name) => {
                let value = request.api().stage_variables().get(&**name)?;
                Some(Cow::Borrowed(value))
            }
            Self::Header(name) => request.header(name).ok()?,
            Self::MultiValueHeader(name) => {
                joined(request.parts.headers.get_all(name).iter(), |value| {
                    value.to_str().ok().map(Cow::Borrowed)
                })
            }
            Self::QueryString(name) => request.query_parameter(name).ok()?,
            Self::MultiValueQueryString(name) => joined(
                decoded_pairs(request.query()).filter(|(known, _)| **known == **name),
                |(_, value)| Some(value),
            ),
            Self::Path(name) => request.path_parameter(name).map(Cow::Borrowed),
            Self::Absent => None,
        }
    }

    /// A value that shows whether a template makes JSON. A value that may be a number is one, so that a template may have
    /// it without quotes.
    pub(super) fn sample(&self) -> &'static str {
        match self {
            Self::Error(ErrorVariable::MessageString) => "\"text\"",
            Self::Authorizer(_)
            | Self::StageVariable(_)
            | Self::Context(
                ContextVariable::AccountId
                | ContextVariable::ConnectedAt
                | ContextVariable::RequestTimeEpoch
                | ContextVariable::Absent(_),
            )
            | Self::Absent => "0",
            _ => "text",
        }
    }

    /// Whether the value is already JSON and must not be escaped.
    pub(super) fn is_json(&self) -> bool {
        matches!(self, Self::Error(ErrorVariable::MessageString))
    }
}

/// All values, separated by commas. `None` if there is no value, or if one is not text.
fn joined<'r, T>(
    values: impl Iterator<Item = T>,
    text: impl Fn(T) -> Option<Cow<'r, str>>,
) -> Option<Cow<'r, str>> {
    let texts = values.map(text).collect::<Option<Vec<_>>>()?;
    (!texts.is_empty()).then(|| Cow::Owned(texts.join(",")))
}

impl ErrorVariable {
    fn value<'r>(self, failure: &'r GatewayFailure) -> Option<Cow<'r, str>> {
        match self {
            Self::Message => failure.message().map(Cow::Borrowed),
            Self::MessageString => Some(match failure.message() {
                None => "null".into(),
                Some(message) => json_string(message).into(),
            }),
            Self::ResponseType => Some(failure.response_type().as_str().into()),
            Self::ValidationErrorString => failure.validation_errors.as_deref().map(Cow::Borrowed),
        }
    }
}

/// A text as a JSON string, with its quotes.
pub(super) fn json_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    push_json_string(&mut json, text);
    json
}

pub(super) fn push_json_string(json: &mut String, text: &str) {
    json.push('"');
    push_escaped(json, text);
    json.push('"');
}

/// Appends the text, escaped for a JSON string. Parts without special characters are copied in one piece.
pub(super) fn push_escaped(json: &mut String, text: &str) {
    // Almost no text has a special character.
    if !has_special(text) {
        json.push_str(text);
        return;
    }
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_special) {
        let (plain, from) = rest.split_at(at);
        let (special, after) = from.split_at(1);
        json.push_str(plain);
        push_special(json, special);
        rest = after;
    }
    json.push_str(rest);
}

/// Whether a character has to be escaped. Looks at every byte, so that the compiler can compare several at once.
fn has_special(text: &str) -> bool {
    text.bytes()
        .fold(false, |found, byte| found | is_special(byte))
}

fn is_special(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'\\')
}

fn push_special(json: &mut String, special: &str) {
    match special {
        "\"" => json.push_str("\\\""),
        "\\" => json.push_str("\\\\"),
        "\n" => json.push_str("\\n"),
        "\r" => json.push_str("\\r"),
        "\t" => json.push_str("\\t"),
        control => {
            for c in control.chars() {
                // Writing into a string cannot fail.
                let _ = write!(json, "\\u{:04x}", u32::from(c));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_special_character_is_escaped_in_every_place() {
        for length in 0..40 {
            let plain = "a".repeat(length);
            assert_eq!(json_string(&plain), format!("\"{plain}\""));
            for (special, escaped) in [
                ("\"", "\\\""),
                ("\\", "\\\\"),
                ("\n", "\\n"),
                ("\u{1f}", "\\u001f"),
            ] {
                for at in 0..=length {
                    let (before, after) = plain.split_at(at);
                    let json = json_string(&format!("{before}{special}{after}"));
                    assert_eq!(json, format!("\"{before}{escaped}{after}\""));
                }
            }
        }
        assert_eq!(json_string(" \u{7f}\u{e9}/"), "\" \u{7f}\u{e9}/\"");
    }
}
