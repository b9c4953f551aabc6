//! The value of a YAML scalar.

use serde_json::{Number, Value};

/// A plain (unquoted) scalar: null, a boolean, a number, or else a string. What JSON cannot represent (`.inf`, a date)
/// is a string.
///
/// Booleans are those of YAML 1.1, as in CloudFormation and `PyYAML`. A number that JSON would write differently
/// (`010`, an account id with a leading zero, `1e3`) is a string: readers disagree about its value, and the string is
/// the same for all.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Value::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let number = match text.parse::<i64>() {
        Ok(integer) => integer.into(),
        Err(_) => {
            let is_float = |c: char| c.is_ascii_digit() || matches!(c, '-' | '.');
            let float = text.chars().all(is_float).then(|| text.parse().ok());
            Number::from_f64(float.flatten()?)?
        }
    };
    (number.to_string() == text).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_have_the_types_of_yaml_1_1() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("True", json!(true)),
            ("yes", json!(true)),
            ("Off", json!(false)),
            ("yEs", json!("yEs")),
            ("y", json!("y")),
            ("300", json!(300)),
            ("-1", json!(-1)),
            ("0x1F", json!("0x1F")),
            ("0o17", json!("0o17")),
            ("2.0", json!(2.0)),
            ("1e3", json!("1e3")),
            ("1.5", json!(1.5)),
            ("1.10", json!("1.10")),
            ("010", json!("010")),
            ("012345678901", json!("012345678901")),
            ("123456789012", json!(123456789012_i64)),
            ("99999999999999999999", json!("99999999999999999999")),
            ("+5", json!("+5")),
            ("-0", json!("-0")),
            ("1_000", json!("1_000")),
            (".inf", json!(".inf")),
            ("1.2.3", json!("1.2.3")),
            ("2010-09-09", json!("2010-09-09")),
            ("a", json!("a")),
            ("+", json!("+")),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }
}
