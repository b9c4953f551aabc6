//! Parses the members of a policy, and the members that are one of a few words.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, Visitor},
};

use super::statements::Statements;
use crate::{
    document::{Members, Version},
    effect::Effect,
    strict_json::not_null,
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
    statements: Statements<STRICT>,
}

impl<const STRICT: bool> From<DocumentMembers<STRICT>> for Members {
    fn from(members: DocumentMembers<STRICT>) -> Self {
        Self {
            version: members.version,
            id: members.id,
            statements: members.statements.0,
        }
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
