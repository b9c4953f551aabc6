//! Members that a text has more than once.

use std::{borrow::Cow, cell::RefCell};

use super::{DefinitionError, Marks};
use crate::openapi::{error::quoted, marks::Key};

/// The most that are tolerated. They cost time, and no text has many by mistake.
const MAX_DOUBLED: usize = 1000;

/// The members found so far. Each starts at its object; on the way up to the root the readers complete its way.
#[derive(Debug, Default)]
pub(super) struct Doubled(RefCell<Vec<Member>>);

#[derive(Debug)]
struct Member {
    /// From the object up.
    way: Vec<Key<'static>>,
    name: String,
    problem: String,
}

impl Doubled {
    /// Takes down that the object which is being read has this member again. `place` says where in the text.
    pub(super) fn add(&self, name: &str, place: &str) -> Result<(), DefinitionError> {
        let mut members = self.0.borrow_mut();
        let problem = format!("the member {} is there twice{place}", quoted(name));
        if members.len() == MAX_DOUBLED {
            return Err(DefinitionError::limit(format!(
                "{problem}, as are {MAX_DOUBLED} others"
            )));
        }
        members.push(Member {
            way: Vec::new(),
            name: name.to_owned(),
            problem: format!("{problem}; AWS takes the last one. Leave one"),
        });
        Ok(())
    }

    pub(super) fn count(&self) -> usize {
        self.0.borrow().len()
    }

    /// Completes the ways of those that were found in a member or an item, which are the ones after the first `before`.
    pub(super) fn found_in(&self, before: usize, key: &Key<'_>) {
        for member in self.0.borrow_mut().iter_mut().skip(before) {
            member.way.push(match key {
                Key::Member(name) => Key::Member(Cow::Owned(name.to_string())),
                Key::Item(index) => Key::Item(*index),
            });
        }
    }

    pub(super) fn into_marks(self) -> Marks<'static> {
        let mut marks = Marks::default();
        for member in self.0.into_inner() {
            let object = marks.at(member.way.iter().rev());
            object.doubled.insert(member.name, member.problem);
        }
        marks
    }
}
