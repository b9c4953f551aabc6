//! A value of a document with its place, for error messages.

mod functions;
mod scalars;

pub(super) use self::scalars::text_of;
use serde_json::{Map, Value};

use super::{
    error::DefinitionError,
    marks::Marks,
    place::Place,
    quoting::quoted,
    unknown::{Unknown, Unknowns},
};

/// A value and its place, with the list of unknown values that a reader has asked for.
#[derive(Debug, Clone)]
pub(super) struct Node<'d> {
    value: &'d Value,
    place: Place<'d>,
    marks: Option<&'d Marks<'d>>,
    unknowns: Option<&'d Unknowns>,
}

impl<'d> Node<'d> {
    #[cfg(test)]
    pub(super) fn root(value: &'d Value) -> Self {
        Self {
            value,
            place: Place::default(),
            marks: None,
            unknowns: None,
        }
    }

    pub(super) fn new(value: &'d Value, place: Place<'d>, marks: &'d Marks<'d>) -> Self {
        Self {
            value,
            place,
            marks: Some(marks),
            unknowns: None,
        }
    }

    /// Records in `unknowns` each unknown value that a reader asks for in this node or inside it.
    #[must_use]
    pub(super) fn noting(self, unknowns: &'d Unknowns) -> Self {
        Self {
            unknowns: Some(unknowns),
            ..self
        }
    }

    /// A value that replaces this one, in the same place.
    pub(super) fn of_same_place<'v>(&self, value: &'v Value) -> Node<'v>
    where
        'd: 'v,
    {
        Node {
            value,
            ..self.clone()
        }
    }

    pub(super) fn value(&self) -> &'d Value {
        self.value
    }

    pub(super) fn place(&self) -> &Place<'d> {
        &self.place
    }

    pub(super) fn marks(&self) -> Option<&'d Marks<'d>> {
        self.marks
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> DefinitionError {
        DefinitionError::Document {
            place: self.place.to_string(),
            problem: problem.into(),
        }
    }

    /// For a whole text that is not a document. It may be the name of a file instead of its content.
    pub(super) fn not_a_document(&self, problem: &str) -> DefinitionError {
        match self.value {
            Value::String(text) => self.error(format!(
                "{problem}. It is only the text {}. If this is the name of a file, pass the file's content, which \
                 `std::fs::read_to_string` reads",
                quoted(text)
            )),
            _ => self.error(problem),
        }
    }

    fn to_member(&self, name: &'d str, value: &'d Value) -> Self {
        let marks = self.marks.and_then(|marks| marks.of_member(name));
        self.to(value, marks, || self.place.member(name))
    }

    fn to_item(&self, index: usize, value: &'d Value) -> Self {
        let marks = self.marks.and_then(|marks| marks.of_item(index));
        self.to(value, marks, || self.place.item(index))
    }

    fn to(
        &self,
        value: &'d Value,
        marks: Option<&'d Marks<'d>>,
        place: impl FnOnce() -> Place<'d>,
    ) -> Self {
        let origin = marks.and_then(|marks| marks.origin.clone());
        Self {
            value,
            place: origin.unwrap_or_else(place),
            marks,
            unknowns: self.unknowns,
        }
    }

    /// A member, if the value is an object that has it. An unknown function next to the members is recorded: it might
    /// create or replace this one.
    pub(super) fn member(&self, name: &'d str) -> Option<Self> {
        let members = self.value.as_object()?;
        self.note_unknown();
        let value = members.get(name)?;
        self.note_duplicate(name);
        Some(self.to_member(name, value))
    }

    /// A member as written. Nothing is recorded.
    pub(super) fn written(&self, name: &str) -> Option<Self> {
        let (name, value) = self.value.as_object()?.get_key_value(name)?;
        Some(self.to_member(name, value))
    }

    /// All members as written, including functions. `None` if the value is not an object.
    pub(super) fn each_member(&self) -> impl Iterator<Item = (&'d str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(name, value)| (name.as_str(), self.to_member(name, value)))
    }

    /// All items as written. `None` if the value is not a list.
    pub(super) fn each_item(&self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, value)| self.to_item(index, value))
    }

    /// Fails if the object has a member twice.
    pub(super) fn check_duplicates(&self) -> Result<(), DefinitionError> {
        let duplicate = self
            .marks
            .and_then(|marks| marks.duplicates.values().next());
        duplicate.map_or(Ok(()), |problem| Err(self.error(problem)))
    }

    /// Records that a member is there twice. A reader of the document sees the first one, and AWS uses the last one.
    fn note_duplicate(&self, name: &str) {
        let problem = self.marks.and_then(|marks| marks.duplicates.get(name));
        if let (Some(unknowns), Some(problem)) = (self.unknowns, problem) {
            unknowns.note(Unknown {
                condition: None,
                error: self.error(problem),
            });
        }
    }

    /// All members. Fails if the value is not an object.
    pub(super) fn members(&self) -> Result<impl Iterator<Item = (&'d str, Self)>, DefinitionError> {
        let members = self.object()?.iter();
        let node = self.clone();
        Ok(members.map(move |(name, value)| (name.as_str(), node.to_member(name, value))))
    }

    /// All items. Fails if the value is not a list.
    pub(super) fn items(&self) -> Result<impl Iterator<Item = Self>, DefinitionError> {
        self.note_defaults();
        let Value::Array(items) = self.value else {
            return Err(self.unexpected("a list"));
        };
        let node = self.clone();
        let items = items.iter().enumerate();
        Ok(items.map(move |(index, value)| node.to_item(index, value)))
    }

    pub(super) fn object(&self) -> Result<&'d Map<String, Value>, DefinitionError> {
        self.check_duplicates()?;
        match self.function() {
            Some(_) => Err(self.unexpected("an object")),
            None => self
                .value
                .as_object()
                .ok_or_else(|| self.unexpected("an object")),
        }
    }

    /// Refuses all other members, so that a misspelled member is not ignored.
    pub(super) fn allow_members(&self, allowed: &[&str]) -> Result<(), DefinitionError> {
        let unknown = self.members()?.find(|(name, _)| !allowed.contains(name));
        match unknown {
            None => Ok(()),
            Some((name, _)) => {
                let (name, allowed) = (quoted(name), allowed.join("`, `"));
                Err(self.error(format!(
                    "the member {name} is not allowed here; allowed are `{allowed}`"
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
        assert!(error.contains("`Fn::Sub` cannot be evaluated"), "{error}");
        assert!(root.error("?").to_string().starts_with("at `/`: "));
    }

    #[test]
    fn unexpected_values_are_quoted() {
        let value = json!({"a": "x", "b": [1]});
        let root = Node::root(&value);
        let error = root.member("a").unwrap().integer().unwrap_err().to_string();
        assert_eq!(error, "at `/a`: expected a whole number, found `x`");
        let error = root.allow_members(&["a"]).unwrap_err().to_string();
        assert!(
            error.contains("`b` is not allowed here; allowed are `a`"),
            "{error}"
        );
    }
}
