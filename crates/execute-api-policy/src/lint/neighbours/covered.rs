//! The resources that cover a neighbour.

use std::collections::HashSet;

use crate::{effect::Effect, lint::finding::Entry, pattern::split_arn};

/// A group of resources that cover neighbours for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    Allowed,
    Denied,
    /// The exceptions of one statement.
    Excepted(usize),
}

#[derive(Default)]
pub(super) struct Covered<'p> {
    pub(super) texts: HashSet<&'p str>,
    /// The texts before a `*` at the end.
    pub(super) beginnings: HashSet<&'p str>,
}

impl Scope {
    pub(super) fn of(entry: &Entry<'_>) -> Self {
        match (entry.effect, entry.negated) {
            (Effect::Allow, false) => Self::Allowed,
            (Effect::Deny, false) => Self::Denied,
            (_, true) => Self::Excepted(entry.statement),
        }
    }
}

impl Covered<'_> {
    /// Looks up the prefixes that end with a part or a segment. A text has at most 512 characters, so there are few.
    pub(super) fn has(&self, text: &str) -> bool {
        let ends = text.match_indices(['/', ':']).map(|(at, _)| at + 1);
        let beginnings = ends
            .chain([0, text.len()])
            .filter_map(|end| text.get(..end));
        let mut beginnings = beginnings.chain(text.strip_suffix('/'));
        self.texts.contains(text) || beginnings.any(|text| self.beginnings.contains(text))
    }
}

pub(super) fn with_any_method(arn: &str) -> Option<String> {
    let (_, resource) = split_arn(arn)?;
    let head = arn.strip_suffix(resource)?;
    let mut segments = resource.splitn(4, '/');
    let (api, stage) = (segments.next()?, segments.next()?);
    let path = segments.nth(1)?;
    Some(format!("{head}{api}/{stage}/*/{path}"))
}
