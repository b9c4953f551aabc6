//! The places of conditions and values.

use std::fmt;

use super::finding::shown;
use crate::{condition::Condition, effect::Effect};

/// A condition and its place.
pub(super) struct Place<'p> {
    statement: usize,
    pub(super) effect: Effect,
    pub(super) condition: &'p Condition,
    pub(super) key: String,
}

impl<'p> Place<'p> {
    pub(super) fn new(statement: usize, effect: Effect, condition: &'p Condition) -> Self {
        Self {
            statement,
            effect,
            condition,
            key: shown(&condition.key),
        }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (statement, operator, key) = (self.statement, self.condition.operator, &self.key);
        write!(f, "Statement[{statement}].Condition.{operator}.{key}")
    }
}

/// A value and its place.
pub(super) struct Value<'p> {
    pub(super) place: &'p Place<'p>,
    pub(super) index: usize,
    pub(super) text: &'p str,
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.place, self.index)
    }
}
