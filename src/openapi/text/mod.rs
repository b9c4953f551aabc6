//! Parses JSON and YAML strictly, and within limits.
//!
//! Both formats result in the same tree of JSON values. If a document has a member twice, the tree has the last one, as
//! in AWS, and a mark: reading the member is an error. The size and the depth of a document are limited, with aliases
//! counted as copies of what they refer to. So no document costs more than linear time and memory.

mod budget;
mod disputed;
mod duplicates;
mod indentation;
mod json;
mod scalar;
mod tag;
mod yaml;

use std::borrow::Cow;

use serde_json::Value;

pub(super) use self::budget::{Budget, Cost, MAX_DEPTH};
use self::duplicates::Duplicates;
use super::{error::DefinitionError, marks::Marks, node::Node, place::Place};

/// The longest document. API Gateway imports 6 MB at most.
const MAX_TEXT_BYTES: usize = 16 << 20;

/// A parsed document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) value: Value,
    pub(super) marks: Marks<'static>,
}

type Parse = fn(&str, &Budget, &Duplicates) -> Result<Value, DefinitionError>;

impl Document {
    fn read(text: &str, parse: Parse) -> Result<Self, DefinitionError> {
        let (budget, duplicates) = (Budget::new(), Duplicates::default());
        let mut value = parse(text, &budget, &duplicates)?;
        // They are, unless another crate of the application has turned on `preserve_order` of `serde_json`.
        value.sort_all_objects();
        let marks = duplicates.into_marks();
        Ok(Self { value, marks })
    }

    pub(super) fn root(&self) -> Node<'_> {
        self.root_at(Place::default())
    }

    pub(super) fn root_at<'d>(&'d self, place: Place<'d>) -> Node<'d> {
        Node::new(&self.value, place, &self.marks)
    }
}

/// Parses JSON or YAML.
pub(super) fn parse(text: &str) -> Result<Document, DefinitionError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(DefinitionError::limit(format!(
            "it has {} bytes, and {MAX_TEXT_BYTES} are allowed",
            text.len()
        )));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if is_json(text) {
        Document::read(text, json::parse)
    } else {
        parse_yaml(text)
    }
}

/// A brace can also begin YAML (`{openapi: 3.0.1, …}`), but in JSON a quote or a brace follows it. If JSON has an error, it
/// is not read as YAML, which would accept some errors, such as a comma too many, although other readers do not.
fn is_json(text: &str) -> bool {
    let after_brace = text.trim_start().strip_prefix('{').map(str::trim_start);
    after_brace.is_some_and(|rest| rest.is_empty() || rest.starts_with(['"', '}']))
}

fn parse_yaml(text: &str) -> Result<Document, DefinitionError> {
    Document::read(text, yaml::parse).or_else(|error| {
        let Cow::Owned(mended) = indentation::mended(text) else {
            return Err(error);
        };
        Document::read(&mended, yaml::parse)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Value, DefinitionError> {
        super::parse(text).map(|document| document.value)
    }

    #[test]
    fn json_and_yaml_give_the_same_tree() {
        let json = parse(r#"{"a": [1, "x", null, true, 1.5], "b": {"c": "1"}}"#).unwrap();
        let yaml = parse("a: [1, x, ~, true, 1.5]\nb:\n  c: '1'\n").unwrap();
        assert_eq!(json, yaml);
        assert_eq!(parse("\u{feff}{\"a\": 1}").unwrap(), parse("a: 1").unwrap());
    }

    #[test]
    fn yaml_may_begin_with_a_brace() {
        let json = parse(r#"{"openapi": "3.0.1", "paths": {"/pets": {"get": {}}}}"#).unwrap();
        for yaml in [
            "{openapi: 3.0.1, paths: {/pets: {get: {}}}} # all",
            "{ # all\n \"openapi\": \"3.0.1\", 'paths': {/pets: {get: {}}},\n}\n",
            "{\n  'openapi': 3.0.1,\n  paths: {/pets: {get: {}}}}",
        ] {
            assert_eq!(parse(yaml).unwrap(), json, "{yaml}");
        }
        let error = |text: &str| parse(text).unwrap_err().to_string();
        assert!(error("{openapi: [1, 2}").contains("as YAML: "));
        for text in ["{", "{\n", "{}}", "{\"a\": 1,}", " {\n\t\"a\": b}"] {
            assert!(error(text).contains("as JSON: "), "{text}");
        }
    }

    /// For YAML, it is a part of the next member's name, so this member would not be there.
    #[test]
    fn a_comment_of_javascript_does_not_hide_a_member() {
        for (text, place) in [
            ("{ /* all */ \"security\": []}", "line 1 column 3"),
            ("{ // all\n \"security\": []}", "line 1 column 3"),
            ("{a: 1, /* all */ security: []}", "line 1 column 8"),
            ("{a: {b: 1, // all\n security: []}}", "line 1 column 12"),
            ("a: 1\n// security: []", "line 2 column 1"),
            ("{/*all*/\"security\": []}", "line 1 column 2"),
            ("{a: 1, /*all*/security: []}", "line 1 column 8"),
            ("{security/*all*/: []}", "line 1 column 2"),
            ("{security /* all: []}", "line 1 column 2"),
            ("a: 1\nsecurity // all: []", "line 2 column 1"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            let expected = "a comment in YAML begins with `#`";
            assert!(error.contains(expected) && error.contains(place), "{error}");
        }
        for text in [
            "{//x: 1}",
            "{/*x: 1}",
            "{/*/x: 1}",
            "{http://x: 1}",
            "{'// x': 1}",
            "a: // x",
            "{a: /* x */ y}",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_document_that_is_too_long_is_not_read() {
        let error = parse(&" ".repeat(MAX_TEXT_BYTES + 1)).unwrap_err();
        assert!(
            error.to_string().contains("16777216 are allowed"),
            "{error}"
        );
    }
}
