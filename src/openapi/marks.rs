//! What is known about the values of a tree, apart from their content.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::place::Place;

/// The marks of one value, and of the values in it that have any.
#[derive(Debug, Clone, Default)]
pub(super) struct Marks<'d> {
    /// Its place in the user's document, if it was moved.
    pub(super) origin: Option<Place<'d>>,
    /// Members that the document has more than once, each with its error message.
    pub(super) duplicates: BTreeMap<String, String>,
    /// Parameters that its value depends on and that have the template's default.
    pub(super) defaults: BTreeSet<String>,
    members: BTreeMap<String, Marks<'d>>,
    items: BTreeMap<usize, Marks<'d>>,
}

/// One step from a value to a value inside it.
#[derive(Debug, Clone)]
pub(super) enum Key<'k> {
    Member(Cow<'k, str>),
    Item(usize),
}

impl<'d> Marks<'d> {
    pub(super) fn of_member(&self, name: &str) -> Option<&Self> {
        self.members.get(name)
    }

    pub(super) fn of_item(&self, index: usize) -> Option<&Self> {
        self.items.get(&index)
    }

    pub(super) fn set_member(&mut self, name: &str, marks: Self) {
        if !marks.is_empty() {
            self.members.insert(name.to_owned(), marks);
        }
    }

    pub(super) fn set_item(&mut self, index: usize, marks: Self) {
        if !marks.is_empty() {
            self.items.insert(index, marks);
        }
    }

    /// Sets the place from which the value was moved, unless it is known.
    #[must_use]
    pub(super) fn moved_from(mut self, origin: Place<'d>) -> Self {
        self.origin.get_or_insert(origin);
        self
    }

    /// The marks of a member. Missing marks are created.
    pub(super) fn member_mut(&mut self, name: &str) -> &mut Self {
        self.members.entry(name.to_owned()).or_default()
    }

    /// The marks of all members.
    pub(super) fn into_members(self) -> BTreeMap<String, Self> {
        self.members
    }

    /// The marks at the end of a path. Missing marks are created.
    pub(super) fn at<'k>(&mut self, way: impl Iterator<Item = &'k Key<'k>>) -> &mut Self {
        way.fold(self, |marks, key| match key {
            Key::Member(name) => marks.members.entry(name.to_string()).or_default(),
            Key::Item(index) => marks.items.entry(*index).or_default(),
        })
    }

    fn is_empty(&self) -> bool {
        self.origin.is_none()
            && self.duplicates.is_empty()
            && self.defaults.is_empty()
            && self.members.is_empty()
            && self.items.is_empty()
    }
}
