//! JSON: the syntax of `serde_json`, with duplicate members refused rather than dropped.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::{DefinitionError, budget::Budget};
use crate::openapi::error::quoted;

pub(super) fn parse(text: &str, budget: &Budget) -> Result<Value, DefinitionError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Tree { budget }.deserialize(&mut deserializer);
    let value = value.map_err(|error| DefinitionError::syntax(format_args!("as JSON: {error}")))?;
    deserializer
        .end()
        .map_err(|error| DefinitionError::syntax(format_args!("as JSON: {error}")))?;
    Ok(value)
}

/// Reads one value. `serde_json` bounds the nesting.
#[derive(Clone, Copy)]
struct Tree<'b> {
    budget: &'b Budget,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Tree<'_> {
    fn spend<E: de::Error>(self, bytes: usize) -> Result<(), E> {
        self.budget.spend_value(bytes).map_err(E::custom)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.spend(0).map(|()| Value::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        self.spend(0).map(|()| Value::Bool(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        self.spend(0)?;
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.spend(text.len()).map(|()| text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            self.spend(name.len())?;
            if object.contains_key(&name) {
                let problem = format!("the member {} is there twice", quoted(&name));
                return Err(de::Error::custom(problem));
            }
            let value = members.next_value_seed(self)?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        parse(text, &Budget::new()).unwrap_err().to_string()
    }

    #[test]
    fn duplicates_and_depth_are_refused_with_their_place() {
        let duplicate = problem("{\"a\": {\n\"b\": 1, \"b\": 2}}");
        assert!(
            duplicate.contains("`b` is there twice at line 2"),
            "{duplicate}"
        );
        let deep = problem(&"{\"a\":".repeat(10_000));
        assert!(deep.contains("recursion limit"), "{deep}");
        let more = problem("{} {}");
        assert!(more.contains("trailing characters"), "{more}");
    }

    #[test]
    fn values_are_counted() {
        let text = format!("[{}0]", "0,".repeat(1_000_001));
        assert!(problem(&text).contains("more than 1000000 values"));
    }
}
