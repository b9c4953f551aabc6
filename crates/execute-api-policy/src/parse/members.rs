//! Parses the members of a policy and of its statements.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

use super::conditions::Conditions;
use crate::{
    document::{Entries, Members, Statement, Version},
    effect::Effect,
    pattern::ActionPattern,
    strict_json::{OneOrManyObjects, OneOrManyTexts, not_null},
};

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a policy document, which is an object"
)]
pub(super) struct DocumentMembers<const STRICT: bool> {
    #[serde(rename = "Version", default, deserialize_with = "not_null")]
    version: Option<Version>,
    #[serde(rename = "Id", default, deserialize_with = "not_null")]
    id: Option<String>,
    #[serde(rename = "Statement")]
    statements: OneOrManyObjects<StatementMembers<STRICT>>,
}

#[derive(Deserialize)]
#[serde(
    try_from = "RawStatement<STRICT>",
    expecting = "a statement, which is an object"
)]
struct StatementMembers<const STRICT: bool>(Statement);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStatement<const STRICT: bool> {
    #[serde(rename = "Sid", default, deserialize_with = "not_null")]
    sid: Option<String>,
    #[serde(rename = "Effect")]
    effect: Effect,
    #[serde(rename = "Action", default, deserialize_with = "not_null")]
    action: Option<Actions>,
    #[serde(rename = "NotAction", default, deserialize_with = "not_null")]
    not_action: Option<Actions>,
    #[serde(rename = "Resource", default, deserialize_with = "not_null")]
    resource: Option<OneOrManyTexts>,
    #[serde(rename = "NotResource", default, deserialize_with = "not_null")]
    not_resource: Option<OneOrManyTexts>,
    #[serde(rename = "Condition", default, deserialize_with = "not_null")]
    condition: Option<Conditions<STRICT>>,
}

impl<const STRICT: bool> From<DocumentMembers<STRICT>> for Members {
    fn from(members: DocumentMembers<STRICT>) -> Self {
        let statements = members.statements.0.into_iter();
        Self {
            version: members.version,
            id: members.id,
            statements: statements
                .map(|StatementMembers(statement)| statement)
                .collect(),
        }
    }
}

impl<const STRICT: bool> TryFrom<RawStatement<STRICT>> for StatementMembers<STRICT> {
    type Error = String;

    fn try_from(raw: RawStatement<STRICT>) -> Result<Self, String> {
        let actions = (raw.action, raw.not_action);
        let condition = raw.condition.unwrap_or_default();
        let texts = |actions: Option<Actions>| actions.map(|Actions(texts)| texts);
        Ok(Self(Statement {
            sid: raw.sid,
            effect: raw.effect,
            actions: one_of("Action", texts(actions.0), texts(actions.1))?,
            resources: one_of("Resource", raw.resource, raw.not_resource)?,
            conditions: condition.conditions,
            empty_condition: condition.empty,
        }))
    }
}

fn one_of(
    name: &str,
    any_of: Option<OneOrManyTexts>,
    none_of: Option<OneOrManyTexts>,
) -> Result<Entries, String> {
    match (any_of, none_of) {
        (Some(OneOrManyTexts(texts)), None) => Ok(Entries::new(false, texts)),
        (None, Some(OneOrManyTexts(texts))) => Ok(Entries::new(true, texts)),
        (Some(_), Some(_)) => Err(format!(
            "the statement has both `{name}` and `Not{name}`; remove one of them"
        )),
        (None, None) => Err(format!(
            "the statement has neither `{name}` nor `Not{name}`; add one of them"
        )),
    }
}

/// The entries of `Action` or `NotAction`. Each is checked.
struct Actions(OneOrManyTexts);

impl<'de> Deserialize<'de> for Actions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = OneOrManyTexts::deserialize(deserializer)?;
        for action in &texts.0 {
            ActionPattern::check(action).map_err(de::Error::custom)?;
        }
        Ok(Self(texts))
    }
}

/// A string that must be one of a few words.
struct Keyword<T: 'static> {
    what: &'static str,
    known: &'static [(&'static str, T)],
}

impl<T: Copy> Visitor<'_> for Keyword<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a string: the {}", self.what)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let found = self.known.iter().find(|(known, _)| *known == text);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let known: Vec<_> = self
                .known
                .iter()
                .map(|(known, _)| format!("`{known}`"))
                .collect();
            let known = known.join(" or ");
            E::custom(format_args!(
                "`{text}` is not a valid {}; write {known}",
                self.what
            ))
        })
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Keyword {
            what: "effect",
            known: &[("Allow", Self::Allow), ("Deny", Self::Deny)],
        })
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Keyword {
            what: "version of the policy language",
            known: &[("2012-10-17", Self::V2012), ("2008-10-17", Self::V2008)],
        })
    }
}
