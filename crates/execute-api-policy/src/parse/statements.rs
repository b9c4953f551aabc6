//! Parses the statements of a policy.
//!
//! Each value is read where it stays. Most policies are small, and moving their statements from function to function took
//! as long as reading their text.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};
use smallvec::SmallVec;

use super::conditions::Conditions;
use crate::{
    document::{Entries, Statement},
    effect::Effect,
    pattern::ActionPattern,
};

/// An object, or a list of objects.
pub(super) struct Statements<const STRICT: bool>(pub(super) Vec<Statement>);

impl<'de, const STRICT: bool> Deserialize<'de> for Statements<STRICT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut statements = Vec::new();
        deserializer.deserialize_any(All::<STRICT>(&mut statements))?;
        Ok(Self(statements))
    }
}

/// Adds all statements to a list.
struct All<'s, const STRICT: bool>(&'s mut Vec<Statement>);

impl<'de, const STRICT: bool> Visitor<'de> for All<'_, STRICT> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.reserve_exact(1);
        One::<STRICT>(self.0).visit_map(map)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(()) = list.next_element_seed(One::<STRICT>(self.0))? {}
        Ok(())
    }
}

/// Adds one statement to a list.
struct One<'s, const STRICT: bool>(&'s mut Vec<Statement>);

impl<'de, const STRICT: bool> DeserializeSeed<'de> for One<'_, STRICT> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, const STRICT: bool> Visitor<'de> for One<'_, STRICT> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let entries = || Entries::new(false, SmallVec::new());
        let mut statement = Statement {
            sid: None,
            effect: Effect::Deny,
            actions: entries(),
            resources: entries(),
            conditions: Vec::new(),
            empty_condition: None,
        };
        let mut known = Known::default();
        while let Some(member) = map.next_key()? {
            known.add(member)?;
            match member {
                Member::Sid => statement.sid = Some(map.next_value()?),
                Member::Effect => statement.effect = map.next_value()?,
                Member::Action | Member::NotAction => {
                    map.next_value_seed(Actions(&mut statement.actions.texts))?;
                }
                Member::Resource | Member::NotResource => {
                    map.next_value_seed(Texts(&mut statement.resources.texts))?;
                }
                Member::Condition => {
                    let condition: Conditions<STRICT> = map.next_value()?;
                    statement.conditions = condition.conditions;
                    statement.empty_condition = condition.empty;
                }
            }
        }
        if !known.has(Member::Effect) {
            return Err(de::Error::missing_field("Effect"));
        }
        statement.actions.excluding = known.excludes(Member::Action, Member::NotAction)?;
        statement.resources.excluding = known.excludes(Member::Resource, Member::NotResource)?;
        self.0.push(statement);
        Ok(())
    }
}

/// A member of a statement.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(field_identifier)]
enum Member {
    Sid,
    Effect,
    Action,
    NotAction,
    Resource,
    NotResource,
    Condition,
}

impl Member {
    fn name(self) -> &'static str {
        match self {
            Self::Sid => "Sid",
            Self::Effect => "Effect",
            Self::Action => "Action",
            Self::NotAction => "NotAction",
            Self::Resource => "Resource",
            Self::NotResource => "NotResource",
            Self::Condition => "Condition",
        }
    }
}

/// The members that a statement has, as a set of bits.
#[derive(Default)]
struct Known(u8);

impl Known {
    fn has(&self, member: Member) -> bool {
        self.0 & 1 << member as u8 != 0
    }

    /// Fails if the member was there before.
    fn add<E: de::Error>(&mut self, member: Member) -> Result<(), E> {
        if self.has(member) {
            return Err(E::duplicate_field(member.name()));
        }
        self.0 |= 1 << member as u8;
        Ok(())
    }

    /// Whether the statement has the second of two members. Fails if it has both or neither.
    fn excludes<E: de::Error>(&self, any_of: Member, none_of: Member) -> Result<bool, E> {
        let name = any_of.name();
        match (self.has(any_of), self.has(none_of)) {
            (true, false) => Ok(false),
            (false, true) => Ok(true),
            (true, true) => Err(E::custom(format_args!(
                "the statement has both `{name}` and `Not{name}`; remove one of them"
            ))),
            (false, false) => Err(E::custom(format_args!(
                "the statement has neither `{name}` nor `Not{name}`; add one of them"
            ))),
        }
    }
}

/// Reads a string or a list of strings. Almost all policies have one string, which needs no allocation for the list.
struct Texts<'t>(&'t mut SmallVec<[String; 1]>);

impl<'de> DeserializeSeed<'de> for Texts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or a list of strings")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.0.push(text.to_owned());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(text) = list.next_element()? {
            self.0.push(text);
        }
        Ok(())
    }
}

/// Reads the entries of `Action` or `NotAction`, and checks each.
struct Actions<'t>(&'t mut SmallVec<[String; 1]>);

impl<'de> DeserializeSeed<'de> for Actions<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        Texts(self.0).deserialize(deserializer)?;
        for action in &*self.0 {
            ActionPattern::check(action).map_err(de::Error::custom)?;
        }
        Ok(())
    }
}
