//! Parses `Condition`: operators, their keys, and their values.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::Number;

use crate::{
    condition::{Condition, Operator, check_value},
    number,
};

/// All conditions of a statement.
#[derive(Default)]
pub(super) struct Conditions<const STRICT: bool> {
    pub(super) conditions: Vec<Condition>,
    /// The operators without keys if there are any, or if there are no operators.
    pub(super) empty: Option<Vec<Operator>>,
}

impl<'de, const STRICT: bool> Deserialize<'de> for Conditions<STRICT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Operators::<STRICT>)
    }
}

struct Operators<const STRICT: bool>;

impl<'de, const STRICT: bool> Visitor<'de> for Operators<STRICT> {
    type Value = Conditions<STRICT>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition operators")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut known = Vec::new();
        let mut conditions = Vec::new();
        let mut without_keys = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let operator: Operator = name.parse().map_err(de::Error::custom)?;
            if known.contains(&operator) {
                return Err(de::Error::custom(format_args!(
                    "the operator `{name}` occurs twice; put all its condition keys into one object"
                )));
            }
            known.push(operator);
            let before = conditions.len();
            map.next_value_seed(Keys::<STRICT> {
                operator,
                conditions: &mut conditions,
            })?;
            if conditions.len() == before {
                without_keys.push(operator);
            }
        }
        let is_whole = without_keys.is_empty() && !known.is_empty();
        Ok(Conditions {
            conditions,
            empty: (!is_whole).then_some(without_keys),
        })
    }
}

struct Keys<'c, const STRICT: bool> {
    operator: Operator,
    conditions: &'c mut Vec<Condition>,
}

impl<'de, const STRICT: bool> DeserializeSeed<'de> for Keys<'_, STRICT> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const STRICT: bool> Visitor<'de> for Keys<'_, STRICT> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of condition keys")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let operator = self.operator;
        let mut known = std::collections::HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if !known.insert(key.to_ascii_lowercase()) {
                return Err(de::Error::custom(format_args!(
                    "the condition key `{key}` occurs twice; case does not matter in the names of keys"
                )));
            }
            let values = map.next_value_seed(Values::<STRICT> { operator })?;
            self.conditions.push(Condition {
                operator,
                key,
                values,
            });
        }
        Ok(())
    }
}

/// A value or a list of values. A number or a boolean is read as its text.
struct Values<const STRICT: bool> {
    operator: Operator,
}

impl<const STRICT: bool> Values<STRICT> {
    fn check<E: de::Error>(&self, value: String) -> Result<String, E> {
        if STRICT {
            check_value(self.operator, &value).map_err(E::custom)?;
        }
        Ok(value)
    }

    fn one<E: de::Error>(&self, value: String) -> Result<Vec<String>, E> {
        self.check(value).map(|value| vec![value])
    }
}

impl<'de, const STRICT: bool> DeserializeSeed<'de> for Values<STRICT> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, const STRICT: bool> Visitor<'de> for Values<STRICT> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number, a boolean or a list of them")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<String>, E> {
        self.one(text.to_owned())
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<Vec<String>, E> {
        self.one(truth.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Vec<String>, E> {
        self.one(number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Vec<String>, E> {
        self.one(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Vec<String>, E> {
        self.one(number_text(number)?)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<String>, A::Error> {
        let number = number::of_map(map, &self)?;
        self.visit_f64(number)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Vec<String>, A::Error> {
        let mut values = Vec::new();
        while let Some(Scalar(value)) = list.next_element()? {
            values.push(self.check(value)?);
        }
        Ok(values)
    }
}

/// An element of a list of values.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor).map(Self)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, a number or a boolean")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<String, E> {
        Ok(truth.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<String, E> {
        number_text(number)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<String, A::Error> {
        number_text(number::of_map(map, &self)?)
    }
}

/// Formats a JSON number with a fraction or an exponent. Such numbers are parsed as `f64`, which must not change them.
fn number_text<E: de::Error>(number: f64) -> Result<String, E> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match Number::from_f64(number) {
        Some(exact) if number.abs() < EXACT => Ok(exact.to_string()),
        _ => Err(E::custom(
            "this number cannot be represented exactly; write it as a string",
        )),
    }
}
