//! Body templates: text with variables. Unlike mapping templates, they are not VTL.

mod expression;

use std::collections::HashMap;

use serde::de::IgnoredAny;
use smallvec::SmallVec;

use self::expression::{Found, expression, next_expression};
use super::reference::{self, Reference, Values, push_escaped};

/// The largest template that API Gateway stores, in bytes.
const MAX_BYTES: usize = 300 * 1024;

/// The largest rendered body in bytes. The last value may exceed it.
const MAX_RENDERED_BYTES: usize = 1024 * 1024;

/// The values of up to so many variables need no allocation.
const FEW: usize = 4;

/// How many characters an error shows of a template that does not make JSON.
const MAX_SHOWN: usize = 60;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template {
    parts: Vec<Part>,
    /// Each variable once, although a template may repeat it.
    variables: Vec<Reference>,
    syntax: Syntax,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The value of the variable with this index.
    Value(usize),
}

/// How to treat a `$context.…` or `$stageVariables.…` that is not a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnknownVariables {
    /// It is an error, for templates in the program's code.
    Refuse,
    /// It stays as it is, for configurations that API Gateway has accepted.
    Keep,
}

impl Template {
    pub(super) fn parse(
        syntax: Syntax,
        text: &str,
        unknown: UnknownVariables,
    ) -> Result<Self, String> {
        let length = text.len();
        if length > MAX_BYTES {
            return Err(format!(
                "it has {length} bytes; API Gateway allows at most {MAX_BYTES}"
            ));
        }
        let (parts, variables) = split(text, unknown)?;
        let template = Self {
            parts,
            variables,
            syntax,
        };
        if syntax == Syntax::Json && unknown == UnknownVariables::Refuse {
            template.check_json()?;
        }
        Ok(template)
    }

    /// Fails if the template does not make JSON. API Gateway does not check this.
    fn check_json(&self) -> Result<(), String> {
        let parts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some(&**text),
            Part::Value(index) => self.variables.get(*index).map(Reference::sample),
        });
        let sample: String = parts.collect();
        serde_json::from_str::<IgnoredAny>(&sample).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let text = sample.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            let shown: String = text
                .chars()
                .skip(column.saturating_sub(MAX_SHOWN / 2))
                .take(MAX_SHOWN)
                .collect();
            format!(
                "with values in place of its variables, it has `{shown}` (line {line}, column {column}), which is not \
                 JSON. Put variables into quotes; only `$context.error.messageString` has its own"
            )
        })?;
        Ok(())
    }

    /// Renders the template. A missing value is empty. `None` if the result is too large, because a template may repeat a
    /// long header of the client.
    pub(super) fn render(&self, values: &Values<'_>) -> Option<String> {
        // Finding a value may mean to read the whole query, so each variable is looked up once.
        let variables = self.variables.iter();
        let found = variables.map(|variable| {
            let value = variable.value(values).unwrap_or_default();
            (value, self.syntax == Syntax::Json && !variable.is_json())
        });
        let found: SmallVec<[_; FEW]> = found.collect();
        let texts = self.parts.iter().filter_map(|part| match part {
            Part::Text(text) => Some((&**text, false)),
            Part::Value(index) => found.get(*index).map(|(value, escape)| (&**value, *escape)),
        });
        // Exact unless something is escaped, so that the text becomes `Bytes` without another allocation.
        let lengths = texts.clone().map(|(text, _)| text.len());
        let length = lengths.fold(0, usize::saturating_add);
        let mut rendered = String::with_capacity(length.min(MAX_RENDERED_BYTES));
        for (text, escape) in texts {
            if rendered.len() > MAX_RENDERED_BYTES {
                return None;
            }
            if escape {
                push_escaped(&mut rendered, text);
            } else {
                rendered.push_str(text);
            }
        }
        Some(rendered)
    }
}

/// Splits a template into texts and the numbers of its variables. Each variable is there once.
fn split(text: &str, unknown: UnknownVariables) -> Result<(Vec<Part>, Vec<Reference>), String> {
    let mut parts = Vec::new();
    let mut variables = Vec::new();
    let mut known = HashMap::new();
    let mut rest = text;
    while let Some(at) = next_expression(rest) {
        let (before, from) = rest.split_at(at);
        push_text(&mut parts, before);
        match expression(from) {
            Found::Reference(reference, after) => {
                let written = from.get(..from.len() - after.len());
                let index = *known.entry(written).or_insert_with(|| {
                    variables.push(reference);
                    variables.len() - 1
                });
                parts.push(Part::Value(index));
                rest = after;
            }
            other => {
                if unknown == UnknownVariables::Refuse {
                    refuse(&other, from)?;
                }
                let first = from.chars().next().map_or(0, char::len_utf8);
                let (text, after) = from.split_at(first);
                push_text(&mut parts, text);
                rest = after;
            }
        }
    }
    push_text(&mut parts, rest);
    Ok((parts, variables))
}

/// What a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// Values are escaped.
    Json,
    Text,
}

impl Syntax {
    pub(super) fn of(content_type: &str) -> Self {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        if essence.ends_with("/json") || essence.ends_with("+json") {
            Self::Json
        } else {
            Self::Text
        }
    }
}

/// Fails for what is not a variable although it begins like one.
fn refuse(found: &Found<'_>, text: &str) -> Result<(), String> {
    match found {
        Found::Unknown(name) => Err(format!(
            "`{name}` is not a variable; allowed, after a `$`, are {}",
            reference::ALLOWED
        )),
        Found::Unclosed => {
            let start: String = text.chars().take(40).collect();
            Err(format!("`{start}` is not closed with a `}}`"))
        }
        Found::Reference(..) | Found::Text => Ok(()),
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts, and the variables between them.
    fn parts(text: &str) -> Vec<Result<Reference, String>> {
        let template = Template::parse(Syntax::Json, text, UnknownVariables::Keep).unwrap();
        let parts = template.parts.into_iter().map(|part| match part {
            Part::Text(text) => Err(text),
            Part::Value(index) => Ok(template.variables[index].clone()),
        });
        parts.collect()
    }

    fn value(expression: &str) -> Result<Reference, String> {
        Ok(Reference::parse(expression).unwrap())
    }

    fn text(text: &str) -> Result<Reference, String> {
        Err(text.into())
    }

    #[test]
    fn variables_are_found_in_text() {
        for (template, expected) in [
            ("", vec![]),
            ("$context.stage", vec![value("context.stage")]),
            (
                "$stageVariables.a_-b",
                vec![value("stageVariables.a"), text("_-b")],
            ),
            ("$context.stage.", vec![value("context.stage"), text(".")]),
            (
                "$context.stage-$context.apiId",
                vec![value("context.stage"), text("-"), value("context.apiId")],
            ),
            (
                "$context.error.responseType.statusCode",
                vec![value("context.error.responseType"), text(".statusCode")],
            ),
            (
                "$context.identity.sourceIp!",
                vec![value("context.identity.sourceIp"), text("!")],
            ),
            ("${context.stage}x", vec![value("context.stage"), text("x")]),
            (
                "$stageVariables.a b",
                vec![value("stageVariables.a"), text(" b")],
            ),
            (
                "$context.authorizer.why. So",
                vec![value("context.authorizer.why"), text(". So")],
            ),
            (
                "$method.request.header.X-A",
                vec![value("method.request.header.X-A")],
            ),
            (
                "method.request.path.id",
                vec![value("method.request.path.id")],
            ),
            ("costs $5, see $price", vec![text("costs $5, see $price")]),
            ("$", vec![text("$")]),
            ("$$context.stage", vec![text("$"), value("context.stage")]),
            ("$context.nothing", vec![text("$context.nothing")]),
            ("${context.stage", vec![text("${context.stage")]),
            (
                "é$context.stageé",
                vec![text("é"), value("context.stage"), text("é")],
            ),
        ] {
            assert_eq!(parts(template), expected, "{template}");
        }
    }

    #[test]
    fn a_name_that_is_not_a_variable_can_be_refused() {
        let parse = |text: &str| Template::parse(Syntax::Text, text, UnknownVariables::Refuse);
        for (template, words) in [
            ("a $context.nothing", "`context.nothing` is not a variable"),
            ("${context.stage", "`${context.stage` is not closed"),
            ("$stageVariables.", "`stageVariables.` is not a variable"),
            (
                "method.request.body.x",
                "`method.request.body.x` is not a variable",
            ),
        ] {
            let problem = parse(template).unwrap_err();
            assert!(problem.contains(words), "{problem}");
        }
        assert!(parse("$price ${price $").is_ok());
        assert!(parse(&"x".repeat(MAX_BYTES + 1)).is_err());
    }

    #[test]
    fn a_json_template_has_to_make_json() {
        let refused =
            |text: &str| Template::parse(Syntax::Json, text, UnknownVariables::Refuse).err();
        for (template, end) in [
            (
                r#"{"message":$context.error.message}"#,
                r#"`{"message":text}` (line 1, column 13)"#,
            ),
            (
                r#"{"message":"$context.error.messageString"}"#,
                r#"`{"message":""text""}` (line 1, column 14)"#,
            ),
            (
                "{'message':\"$context.error.message\"}",
                "(line 1, column 2)",
            ),
            (
                r#"{"message":"no"#,
                r#"`{"message":"no` (line 1, column 14)"#,
            ),
            (r#"{"a":1,}"#, r#"`{"a":1,}` (line 1, column 8)"#),
            (
                r#"{"id":$context.requestId}"#,
                r#"`{"id":text}` (line 1, column 8)"#,
            ),
            ("", "`` (line 1, column 0)"),
        ] {
            let problem = refused(template).unwrap_or_default();
            assert!(problem.contains(end), "{template}: {problem}");
            // API Gateway accepts it.
            assert!(Template::parse(Syntax::Json, template, UnknownVariables::Keep).is_ok());
            // Another content type may have it.
            assert!(Template::parse(Syntax::Text, template, UnknownVariables::Refuse).is_ok());
        }
        for template in [
            r#"{"message":$context.error.messageString}"#,
            r#"{"message":"$context.error.message","id":"$context.requestId"}"#,
            r#"{"level":$context.authorizer.level,"v":$stageVariables.v,"t":$context.requestTimeEpoch}"#,
            "\"$context.error.message\"",
            " [\n1\n] ",
        ] {
            assert_eq!(refused(template), None, "{template}");
        }
    }

    #[test]
    fn many_dollar_signs_take_linear_time() {
        let template = "$context.".repeat(30_000);
        assert!(Template::parse(Syntax::Json, &template, UnknownVariables::Keep).is_ok());
    }
}
