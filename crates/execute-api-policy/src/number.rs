//! Numbers of JSON if another crate of the application has turned on `serde_json`'s feature `arbitrary_precision`.
//!
//! `serde_json` then keeps the digits of a number, unless it is an integer of 64 bits, and gives them to a visitor as a map.
//! Here, they are read as without the feature. So the features of other crates change no decision.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Expected, MapAccess, Unexpected, Visitor},
};
use serde_json::{Number, Value};

/// The name of the only member of such a map.
const DIGITS: &str = "$serde_json::private::Number";

/// Whether the digits of a number follow this name of a member.
#[must_use]
pub fn is_number(name: &str) -> bool {
    name == DIGITS
}

/// Reads the digits of a number.
///
/// # Errors
///
/// The number is too large for an `f64`, or there are no digits.
pub fn read_number<'de, A: MapAccess<'de>>(map: &mut A) -> Result<f64, A::Error> {
    let digits: String = map.next_value()?;
    let number = digits
        .parse()
        .ok()
        .filter(|number: &f64| number.is_finite());
    number.ok_or_else(|| Error::custom("number out of range"))
}

/// Reads a number that a visitor gets as a map. Any other map is not what the visitor expects.
pub(crate) fn of_map<'de, A: MapAccess<'de>>(
    mut map: A,
    expected: &dyn Expected,
) -> Result<f64, A::Error> {
    match map.next_key()? {
        Some(MemberName { is_number: true }) => read_number(&mut map),
        _ => Err(Error::invalid_type(Unexpected::Map, expected)),
    }
}

/// The name of a member, of which nothing else matters.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::exhaustive_structs, reason = "it is read and forgotten")]
pub struct MemberName {
    /// Whether the digits of a number follow.
    pub is_number: bool,
}

impl<'de> Deserialize<'de> for MemberName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = MemberName;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<MemberName, E> {
        Ok(MemberName {
            is_number: is_number(name),
        })
    }
}

/// The number as it is without the feature.
#[must_use]
pub fn plain_number(number: Number) -> Number {
    // Minus zero has no integer.
    if number.is_u64() || number.as_i64().is_some_and(|number| number != 0) {
        return number;
    }
    let default = number.as_f64().and_then(Number::from_f64);
    default.unwrap_or(number)
}

/// Converts each number in a value to what it is without the feature.
pub fn make_numbers_plain(value: &mut Value) {
    match value {
        Value::Number(number) => *number = plain_number(number.clone()),
        Value::Array(values) => values.iter_mut().for_each(make_numbers_plain),
        Value::Object(members) => members.values_mut().for_each(make_numbers_plain),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
