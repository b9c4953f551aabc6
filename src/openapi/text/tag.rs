//! YAML tags of CloudFormation's intrinsic functions.

use std::borrow::Cow;

use saphyr_parser::{ScalarStyle, Tag};
use serde_json::{Map, Value};

use super::scalar::plain;
use crate::openapi::quoting::quoted;

/// The value of a scalar. Only a plain scalar without a tag can be anything but a string.
pub(super) fn scalar(text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    match (style, tag) {
        (ScalarStyle::Plain, None) => plain(&text),
        _ => Value::String(text.into_owned()),
    }
}

/// Turns `!Ref x` into `{"Ref": "x"}`, and `!Sub x` into `{"Fn::Sub": "x"}`.
pub(super) fn long_form(value: Value, tag: Option<&Tag>) -> Result<Value, String> {
    let function = match tag {
        None => return Ok(value),
        Some(tag) if tag.is_yaml_core_schema() && matches!(&*tag.suffix, "str" | "map" | "seq") => {
            return Ok(value);
        }
        Some(tag) if tag.handle == "!" && !tag.suffix.is_empty() => match &*tag.suffix {
            name @ ("Ref" | "Condition") => name.to_owned(),
            name => format!("Fn::{name}"),
        },
        Some(tag) => {
            return Err(format!(
                "the tag {} is not supported",
                quoted(&tag.to_string())
            ));
        }
    };
    Ok(Value::Object(Map::from_iter([(function, value)])))
}
