//! Writes the conditions of a statement: operators, their keys, and their values.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use super::OneOrMany;
use crate::{
    condition::{Condition, Operator},
    document::Statement,
    resource::without_variables,
};

/// Conditions grouped by operator. The conditions of one operator are adjacent. Operators without keys come last.
pub(super) struct Operators<'d> {
    pub(super) statement: &'d Statement,
    pub(super) raises: bool,
}

impl Serialize for Operators<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { statement, raises } = *self;
        let alike = |a: &Condition, b: &Condition| a.operator() == b.operator();
        let groups = statement.conditions().chunk_by(alike);
        let groups = groups.filter_map(|conditions| {
            let operator = conditions.first()?.operator();
            Some((operator, Keys { conditions, raises }))
        });
        let without_keys = statement.empty_condition.iter().flatten();
        let without_keys = without_keys.map(|operator| {
            let conditions: &[Condition] = &[];
            (*operator, Keys { conditions, raises })
        });
        serializer.collect_map(groups.chain(without_keys))
    }
}

struct Keys<'d> {
    conditions: &'d [Condition],
    raises: bool,
}

impl Serialize for Keys<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.conditions.iter().map(|condition| {
            let texts = condition.values().iter();
            let texts = texts.map(|text| {
                if self.raises {
                    without_variables(text)
                } else {
                    Cow::Borrowed(&**text)
                }
            });
            (condition.key(), Values(texts.collect()))
        }))
    }
}

struct Values<'d>(Vec<Cow<'d, str>>);

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        OneOrMany(&self.0).serialize(serializer)
    }
}

/// Writes the operator's name.
impl Serialize for Operator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
