//! JSON. The syntax is that of `serde_json`, but duplicate members are marked instead of dropped.

use std::{borrow::Cow, cell::Cell, fmt, io};

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

use super::{DefinitionError, budget::Budget, duplicates::Duplicates};
use crate::{
    authorizer::{is_number, read_number},
    openapi::marks::Key,
};

pub(super) fn parse(
    text: &str,
    budget: &Budget,
    duplicates: &Duplicates,
) -> Result<Value, DefinitionError> {
    let line = Cell::new(1);
    let text = Lines {
        text: text.as_bytes(),
        line: &line,
    };
    let mut deserializer = serde_json::Deserializer::from_reader(text);
    let tree = Tree {
        budget,
        duplicates,
        line: &line,
    };
    let value = tree.deserialize(&mut deserializer);
    let value = value.map_err(|error| DefinitionError::syntax(format_args!("as JSON: {error}")))?;
    deserializer
        .end()
        .map_err(|error| DefinitionError::syntax(format_args!("as JSON: {error}")))?;
    Ok(value)
}

/// The document, and the current line. `serde_json` reports lines only in errors.
struct Lines<'t> {
    text: &'t [u8],
    line: &'t Cell<usize>,
}

impl io::Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.text.read(buffer)?;
        let read = buffer.iter().take(length);
        let breaks = read.filter(|byte| **byte == b'\n').count();
        self.line.set(self.line.get() + breaks);
        Ok(length)
    }
}

/// Reads one value. `serde_json` limits the nesting.
#[derive(Clone, Copy)]
struct Tree<'b> {
    budget: &'b Budget,
    duplicates: &'b Duplicates,
    line: &'b Cell<usize>,
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
        let mut before = self.duplicates.count();
        while let Some(item) = items.next_element_seed(self)? {
            self.duplicates.found_in(before, &Key::Item(list.len()));
            before = self.duplicates.count();
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if is_number(&name) {
                return self.visit_f64(read_number(&mut members)?);
            }
            self.spend(name.len())?;
            let (before, line) = (self.duplicates.count(), self.line.get());
            let value = members.next_value_seed(self)?;
            self.duplicates
                .found_in(before, &Key::Member(Cow::Borrowed(&name)));
            if object.contains_key(&name) {
                let place = format!(" at line {line}");
                self.duplicates
                    .add(&name, &place)
                    .map_err(de::Error::custom)?;
            }
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let read = parse(text, &Budget::new(), &Duplicates::default());
        read.unwrap_err().to_string()
    }

    #[test]
    fn duplicate_members_are_marked_with_their_line() {
        let duplicates = Duplicates::default();
        let text = "{\"a\": [0, {\n\"b\": 1, \"b\": 2}]}";
        let value = parse(text, &Budget::new(), &duplicates).unwrap();
        assert_eq!(value, serde_json::json!({"a": [0, {"b": 2}]}));
        let marks = duplicates.into_marks();
        let object = marks.of_member("a").and_then(|list| list.of_item(1));
        let problem = &object.unwrap().duplicates["b"];
        assert!(
            problem.contains("`b` is there twice at line 2,"),
            "{problem}"
        );
    }

    #[test]
    fn depth_is_bounded() {
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
