//! A value of a document that knows where it stands, for errors that say so.

use std::{fmt::Write, rc::Rc};

use serde_json::{Map, Value};

use super::error::{DefinitionError, quoted};

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node<'d> {
    value: &'d Value,
    place: Option<Rc<Step<'d>>>,
}

/// One step of a place. Only an error makes a text of it.
#[derive(Debug)]
struct Step<'d> {
    parent: Option<Rc<Step<'d>>>,
    name: StepName<'d>,
}

#[derive(Debug)]
enum StepName<'d> {
    Member(&'d str),
    Item(usize),
}

impl<'d> Node<'d> {
    pub(super) fn root(value: &'d Value) -> Self {
        Self { value, place: None }
    }

    pub(super) fn value(&self) -> &'d Value {
        self.value
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> DefinitionError {
        DefinitionError::Document {
            place: self.place(),
            problem: problem.into(),
        }
    }

    fn step(&self, name: StepName<'d>, value: &'d Value) -> Self {
        let step = Step {
            parent: self.place.clone(),
            name,
        };
        Self {
            value,
            place: Some(Rc::new(step)),
        }
    }

    /// A JSON pointer, its long names shortened.
    pub(super) fn place(&self) -> String {
        let mut names = Vec::new();
        let mut step = self.place.as_deref();
        while let Some(Step { parent, name }) = step {
            names.push(name);
            step = parent.as_deref();
        }
        let mut place = String::new();
        for name in names.into_iter().rev() {
            let _ = match name {
                StepName::Item(index) => write!(place, "/{index}"),
                StepName::Member(name) => {
                    let name: String = name.chars().take(80).flat_map(char::escape_debug).collect();
                    write!(place, "/{}", name.replace('~', "~0").replace('/', "~1"))
                }
            };
        }
        if place.is_empty() { "/".into() } else { place }
    }

    /// A member, where the value is an object that has it.
    pub(super) fn member(&self, name: &'d str) -> Option<Self> {
        let value = self.value.as_object()?.get(name)?;
        Some(self.step(StepName::Member(name), value))
    }

    /// All members, where the value is an object.
    pub(super) fn members(&self) -> Result<impl Iterator<Item = (&'d str, Self)>, DefinitionError> {
        let members = self.object()?.iter();
        let node = self.clone();
        Ok(members
            .map(move |(name, value)| (name.as_str(), node.step(StepName::Member(name), value))))
    }

    /// All items, where the value is a list.
    pub(super) fn items(&self) -> Result<impl Iterator<Item = Self>, DefinitionError> {
        let Value::Array(items) = self.value else {
            return Err(self.unexpected("a list"));
        };
        let node = self.clone();
        let items = items.iter().enumerate();
        Ok(items.map(move |(index, value)| node.step(StepName::Item(index), value)))
    }

    pub(super) fn object(&self) -> Result<&'d Map<String, Value>, DefinitionError> {
        match self.intrinsic_function() {
            Some(_) => Err(self.unexpected("an object")),
            None => self
                .value
                .as_object()
                .ok_or_else(|| self.unexpected("an object")),
        }
    }

    pub(super) fn text(&self) -> Result<&'d str, DefinitionError> {
        self.value.as_str().ok_or_else(|| self.unexpected("a text"))
    }

    /// A whole number, also where it is written as a text.
    pub(super) fn integer(&self) -> Result<u64, DefinitionError> {
        let integer = match self.value {
            Value::String(text) => text.parse().ok(),
            value => value.as_u64(),
        };
        integer.ok_or_else(|| self.unexpected("a whole number"))
    }

    /// A version: `1.0` without quotes is a number in YAML.
    pub(super) fn decimal(&self) -> Result<String, DefinitionError> {
        match self.value.as_f64() {
            Some(number) => Ok(format!("{number:.1}")),
            None => self.text().map(str::to_owned),
        }
    }

    /// A boolean, also where it is written as a text.
    pub(super) fn boolean(&self) -> Result<bool, DefinitionError> {
        match self.value {
            Value::Bool(value) => Ok(*value),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            _ => Err(self.unexpected("`true` or `false`")),
        }
    }

    /// The name of the intrinsic function (`Ref`, `Fn::Sub`) that would have to be run for the value.
    pub(super) fn intrinsic_function(&self) -> Option<&'d str> {
        let object = self.value.as_object()?;
        let (name, _) = object.iter().next().filter(|_| object.len() == 1)?;
        let is_function = name == "Ref" || name.starts_with("Fn::");
        is_function.then_some(name)
    }

    /// The logical id in `{"Ref": "…"}`.
    pub(super) fn reference(&self) -> Option<&'d str> {
        self.value
            .as_object()
            .filter(|object| object.len() == 1)?
            .get("Ref")?
            .as_str()
    }

    /// Something else than expected: named where it is an intrinsic function, quoted where it is short.
    pub(super) fn unexpected(&self, expected: &str) -> DefinitionError {
        if let Some(function) = self.intrinsic_function() {
            let function = quoted(function);
            return self.error(format!(
                "the intrinsic function {function} is not run; write {expected} in its place"
            ));
        }
        let found = match self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => quoted(&value.to_string()),
            Value::Number(number) => quoted(&number.to_string()),
            Value::String(text) => quoted(text),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        self.error(format!("{expected} is expected, and {found} is there"))
    }

    /// Refuses members that are not among these: a misspelt member must not be overlooked.
    pub(super) fn allow_members(&self, allowed: &[&str]) -> Result<(), DefinitionError> {
        let unknown = self.members()?.find(|(name, _)| !allowed.contains(name));
        match unknown {
            None => Ok(()),
            Some((name, _)) => {
                let (name, allowed) = (quoted(name), allowed.join("`, `"));
                Err(self.error(format!(
                    "the member {name} is not known here; known are `{allowed}`"
                )))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_json_pointers() {
        let value = json!({"paths": {"/a~b": [{"x": {"Fn::Sub": "y"}}]}});
        let root = Node::root(&value);
        let path = root.member("paths").unwrap().member("/a~b").unwrap();
        let item = path.items().unwrap().next().unwrap();
        let error = item.member("x").unwrap().text().unwrap_err().to_string();
        assert!(error.starts_with("at `/paths/~1a~0b/0/x`: "), "{error}");
        assert!(error.contains("`Fn::Sub` is not run"), "{error}");
        assert!(root.error("?").to_string().starts_with("at `/`: "));
    }

    #[test]
    fn what_was_found_is_quoted() {
        let value = json!({"a": "x", "b": [1]});
        let root = Node::root(&value);
        let error = root.member("a").unwrap().integer().unwrap_err().to_string();
        assert_eq!(
            error,
            "at `/a`: a whole number is expected, and `x` is there"
        );
        let error = root.allow_members(&["a"]).unwrap_err().to_string();
        assert!(
            error.contains("`b` is not known here; known are `a`"),
            "{error}"
        );
    }
}
