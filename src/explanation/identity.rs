//! What was found of a request's identity.

use serde::Serialize;

use super::Circumstances;
use crate::identity::IdentityProblem;

/// What was found of one identity source. Never its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceExplanation {
    source: String,
    found: FoundIdentity,
}

/// Whether an identity source was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum FoundIdentity {
    /// It has a value.
    Present,
    /// It is not there.
    Missing,
    /// It is there, and there is nothing in it.
    Empty,
    /// It is there, and not UTF-8.
    NotUtf8,
    /// It is there, and can be read in more than one way.
    Ambiguous,
}

/// What the identity validation expression said of the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationExplanation {
    expression: String,
    matches: bool,
}

impl SourceExplanation {
    /// The source's expression, such as `method.request.header.Authorization`.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether it was there.
    #[must_use]
    pub fn found(&self) -> FoundIdentity {
        self.found
    }
}

impl ValidationExplanation {
    /// The expression.
    #[must_use]
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// Whether the token matches it.
    #[must_use]
    pub fn matches(&self) -> bool {
        self.matches
    }
}

pub(super) fn sources(circumstances: &Circumstances) -> Vec<SourceExplanation> {
    circumstances.with_request(|request| {
        let sources = circumstances.settings.kind.sources().iter();
        let explained = sources.map(|source| SourceExplanation {
            source: source.to_string(),
            found: match source.read(request) {
                Ok(_) => FoundIdentity::Present,
                Err(IdentityProblem::Missing) => FoundIdentity::Missing,
                Err(IdentityProblem::Empty) => FoundIdentity::Empty,
                Err(IdentityProblem::NotUtf8) => FoundIdentity::NotUtf8,
                Err(IdentityProblem::Ambiguous) => FoundIdentity::Ambiguous,
            },
        });
        explained.collect()
    })
}

pub(super) fn validation(circumstances: &Circumstances) -> Option<ValidationExplanation> {
    let kind = &circumstances.settings.kind;
    let expression = kind.expression()?;
    circumstances.with_request(|request| {
        let token = kind.sources().iter().next()?.read(request).ok()?;
        Some(ValidationExplanation {
            expression: expression.text().to_owned(),
            matches: expression.accepts(&token),
        })
    })
}
