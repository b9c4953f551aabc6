//! Evaluated values.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::openapi::{marks::Marks, node::Node};

/// An evaluated value.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved<'d> {
    pub(super) value: Value,
    pub(super) marks: Marks<'d>,
}

impl<'d> Resolved<'d> {
    pub(super) fn root(&self) -> Node<'_> {
        Node::new(&self.value, Default::default(), &self.marks)
    }

    pub(super) fn moved_from(self, node: &Node<'d>) -> Self {
        Self {
            marks: self.marks.moved_from(node.place().clone()),
            ..self
        }
    }
}

impl From<Value> for Resolved<'_> {
    fn from(value: Value) -> Self {
        Self {
            value,
            marks: Marks::default(),
        }
    }
}

/// The result of a function.
pub(super) enum FunctionResult<'d> {
    Known(Resolved<'d>),
    /// `AWS::NoValue`: the member or item is removed.
    NoValue,
    Unknown,
}

/// An object under construction.
pub(super) struct Object<'d> {
    members: Map<String, Value>,
    marks: Marks<'d>,
}

impl<'d> Object<'d> {
    pub(super) fn like(node: &Node<'d>) -> Self {
        let mut marks = Marks::default();
        if let Some(of_node) = node.marks() {
            marks.duplicates.clone_from(&of_node.duplicates);
        }
        Self {
            members: Map::new(),
            marks,
        }
    }

    /// Adds the duplicate members of a further part of the same object.
    pub(super) fn note_duplicates(&mut self, part: &Node<'d>) {
        let duplicates = part.marks().map(|marks| marks.duplicates.clone());
        self.marks.duplicates.extend(duplicates.unwrap_or_default());
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// Adds all members of an object from an included file.
    pub(super) fn include(&mut self, included: Resolved<'d>, root: &Node<'d>) {
        let Value::Object(members) = included.value else {
            return;
        };
        self.marks
            .duplicates
            .extend(included.marks.duplicates.clone());
        let mut marks = included.marks.into_members();
        for (name, value) in members {
            let marks = marks.remove(&name).unwrap_or_default();
            let place = match root.written(&name) {
                Some(member) => member.place().clone(),
                None => root.place().clone(),
            };
            let marks = marks.moved_from(place);
            self.insert(name.into(), Resolved { value, marks });
        }
    }

    pub(super) fn insert(&mut self, name: Cow<'_, str>, member: Resolved<'d>) {
        self.marks.set_member(&name, member.marks);
        self.members.insert(name.into_owned(), member.value);
    }
}

impl<'d> From<Object<'d>> for Resolved<'d> {
    fn from(object: Object<'d>) -> Self {
        Self {
            value: object.members.into(),
            marks: object.marks,
        }
    }
}
