//! From a text to a tree, strictly and within bounds.
//!
//! JSON and YAML end in the same tree of JSON values. Duplicate members are errors in both. How large,
//! how deep and (aliases counted as what they stand for) how convoluted a document may be is bounded, so
//! that no text costs more than linear time and memory.

mod budget;
mod json;
mod scalar;
mod tag;
mod yaml;

use serde_json::Value;

use super::error::DefinitionError;
use budget::Budget;

/// The longest text. API Gateway imports 6 MB at most.
const MAX_TEXT_BYTES: usize = 16 << 20;

/// Reads JSON where the text begins as a JSON object does, else YAML.
pub(crate) fn parse(text: &str) -> Result<Value, DefinitionError> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(DefinitionError::limit(format!(
            "it has {} bytes, and {MAX_TEXT_BYTES} are allowed",
            text.len()
        )));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let budget = Budget::new();
    match text.trim_start().starts_with('{') {
        true => json::parse(text, &budget),
        false => yaml::parse(text, &budget),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_give_the_same_tree() {
        let json = parse(r#"{"a": [1, "x", null, true, 1.5], "b": {"c": "1"}}"#).unwrap();
        let yaml = parse("a: [1, x, ~, true, 1.5]\nb:\n  c: '1'\n").unwrap();
        assert_eq!(json, yaml);
        assert_eq!(parse("\u{feff}{\"a\": 1}").unwrap(), parse("a: 1").unwrap());
    }

    #[test]
    fn a_text_that_is_too_long_is_not_read() {
        let error = parse(&" ".repeat(MAX_TEXT_BYTES + 1)).unwrap_err();
        assert!(
            error.to_string().contains("16777216 are allowed"),
            "{error}"
        );
    }
}
