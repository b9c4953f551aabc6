//! Header mappings: `gatewayresponse.header.NAME`, from a static value or from a value of the request.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::reference::{self, Reference, Values};
use crate::{error::ConfigError, observe::events};

/// One header of a response and the source of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeaderMapping {
    name: HeaderName,
    source: Source,
    /// The name and the expression as they were configured.
    written_name: String,
    expression: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Static(HeaderValue),
    Reference(Reference),
}

/// Headers that frame a message. With a wrong one, a client could read the body as another response.
const FRAMING: [HeaderName; 4] = [
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
];

impl HeaderMapping {
    /// `'text'` is a static value. Anything else must be an expression.
    pub(super) fn parse(name: &str, expression: &str) -> Result<Self, ConfigError> {
        let refused = |problem: String| ConfigError::HeaderMapping {
            header: name.to_owned(),
            expression: expression.to_owned(),
            problem,
        };
        Ok(Self {
            name: header_name(name).map_err(refused)?,
            source: source(expression).map_err(refused)?,
            written_name: name.to_owned(),
            expression: expression.to_owned(),
        })
    }

    pub(super) fn name(&self) -> &HeaderName {
        &self.name
    }

    /// The value, if it is static and ASCII.
    pub(super) fn static_text(&self) -> Option<&str> {
        self.static_value()?.to_str().ok()
    }

    pub(super) fn static_value(&self) -> Option<&HeaderValue> {
        match &self.source {
            Source::Static(value) => Some(value),
            Source::Reference(_) => None,
        }
    }

    pub(super) fn written_name(&self) -> &str {
        &self.written_name
    }

    pub(super) fn expression(&self) -> &str {
        &self.expression
    }

    /// Sets the header. It is left out if the value is missing or is not a valid header value.
    pub(super) fn apply(&self, headers: &mut HeaderMap, values: &Values<'_>) {
        let value = match &self.source {
            Source::Static(value) => Some(value.clone()),
            Source::Reference(reference) => reference.value(values).and_then(|value| {
                let value = header_value(&value);
                if value.is_none() {
                    events::header_left_out(&self.name);
                }
                value
            }),
        };
        if let Some(value) = value {
            headers.insert(&self.name, value);
        }
    }
}

fn header_name(name: &str) -> Result<HeaderName, String> {
    match HeaderName::from_bytes(name.as_bytes()) {
        Ok(header) if FRAMING.contains(&header) => {
            Err("the server sets this header itself; leave it out".into())
        }
        Ok(header) => Ok(header),
        Err(_) => Err(
            "this is not a header name; it may contain ASCII letters, digits and hyphens".into(),
        ),
    }
}

fn source(expression: &str) -> Result<Source, String> {
    let Some(quoted) = expression.strip_prefix('\'') else {
        let reference = Reference::parse(expression).map(Source::Reference);
        let allowed = reference::ALLOWED;
        return reference.ok_or_else(|| {
            format!("allowed are a value in single quotes, such as `'*'`, {allowed}")
        });
    };
    let text = quoted.strip_suffix('\'');
    let text = text.ok_or("the closing quote is missing; add it")?;
    match HeaderValue::from_str(text) {
        Ok(value) => Ok(Source::Static(value)),
        Err(_) => Err("this is not a valid header value; leave out control characters".into()),
    }
}

fn header_value(text: &str) -> Option<HeaderValue> {
    let text = is_one_line(text).then_some(text)?;
    HeaderValue::from_str(text).ok()
}

/// `HeaderValue` rejects only ASCII control characters, but for some clients U+0085 ends a line, too.
fn is_one_line(value: &str) -> bool {
    !value.contains(|c: char| c.is_control() && c != '\t')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::OneLine;

    #[test]
    fn a_value_that_is_neither_quoted_nor_an_expression_is_refused() {
        for (name, expression, words) in [
            (
                "x-a",
                "test-value",
                "a value in single quotes, such as `'*'`,",
            ),
            ("x-a", "'test", "the closing quote is missing; add it"),
            ("x-a", "'", "the closing quote is missing; add it"),
            ("x-a", "$context.stage", "a value in single quotes"),
            ("x-a", "context.nothing", "a value in single quotes"),
            (
                "x-a",
                "'a\r\nb'",
                "this is not a valid header value; leave out control characters",
            ),
            ("x a", "'a'", "not a header name"),
            ("Content-Length", "'0'", "the server sets this header"),
        ] {
            let error = HeaderMapping::parse(name, expression)
                .unwrap_err()
                .to_string();
            assert!(error.contains(words), "{error}");
            let quoted = format!("`{}`", OneLine(expression));
            assert!(error.contains(&quoted), "{error}");
        }
        assert!(HeaderMapping::parse("x-a", "''").is_ok());
        assert!(HeaderMapping::parse("x-a", "'it's'").is_ok());
    }
}
