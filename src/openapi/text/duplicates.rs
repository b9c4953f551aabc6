//! Members that an object has more than once.

use std::{borrow::Cow, cell::RefCell};

use super::{DefinitionError, Marks};
use crate::openapi::{marks::Key, quoting::quoted};

/// The most duplicate members of a document. They cost time, and no document has many by mistake.
const MAX_DUPLICATES: usize = 1000;

/// The duplicate members so far. The path of each begins at its object, and readers extend it on the path up to the root.
#[derive(Debug, Default)]
pub(super) struct Duplicates(RefCell<Vec<Member>>);

#[derive(Debug)]
struct Member {
    /// The path from the object up.
    path: Vec<Key<'static>>,
    name: String,
    problem: String,
}

impl Duplicates {
    /// Records that the current object has this member again. `place` is its place in the document.
    pub(super) fn add(&self, name: &str, place: &str) -> Result<(), DefinitionError> {
        let mut members = self.0.borrow_mut();
        let problem = format!("the member {} is there twice{place}", quoted(name));
        if members.len() == MAX_DUPLICATES {
            return Err(DefinitionError::limit(format!(
                "{problem}, and so are {MAX_DUPLICATES} others"
            )));
        }
        members.push(Member {
            path: Vec::new(),
            name: name.to_owned(),
            problem: format!("{problem}, and AWS uses the last one; keep one of them"),
        });
        Ok(())
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// Extends the paths of the members that were found in a member or an item: those after the first `before`.
    pub(super) fn found_in(&self, before: usize, key: &Key<'_>) {
        for member in self.0.borrow_mut().iter_mut().skip(before) {
            member.path.push(match key {
                Key::Member(name) => Key::Member(Cow::Owned(name.to_string())),
                Key::Item(index) => Key::Item(*index),
            });
        }
    }

    pub(super) fn into_marks(self) -> Marks<'static> {
        let mut marks = Marks::default();
        for member in self.0.into_inner() {
            let object = marks.at(member.path.iter().rev());
            object.duplicates.insert(member.name, member.problem);
        }
        marks
    }
}
