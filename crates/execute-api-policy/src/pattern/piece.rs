//! The piece of a pattern between two stars.

use std::ops::Range;

use super::{elements::Element, gapped::Gapped, haystack::Haystack, literal, parts::Part};
use crate::heap::HeapBytes;

/// The piece of a pattern between two stars.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    Literal(Box<str>),
    /// Has at least one `?`.
    Gapped(Box<Gapped>),
}

impl Default for Piece {
    fn default() -> Self {
        Self::Literal(Box::default())
    }
}

impl HeapBytes for Piece {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Literal(text) => text.heap_bytes(),
            Self::Gapped(gapped) => gapped.heap_bytes(),
        }
    }
}

impl Piece {
    pub(super) fn new(text: &str) -> Self {
        if !text.contains('?') {
            return Self::Literal(text.into());
        }
        let elements = text.chars().map(|c| (c != '?').then_some(c));
        Self::gapped(elements.collect())
    }

    /// A variable would count as empty text.
    pub(super) fn from_parts(parts: &[Part]) -> Self {
        let mut elements = Vec::new();
        for part in parts {
            match part {
                Part::Text(text) => elements.extend(text.chars().map(Some)),
                Part::Any => elements.push(None),
                Part::Star | Part::Variable(_) => {}
            }
        }
        match elements.iter().copied().collect::<Option<String>>() {
            Some(text) => Self::Literal(text.into()),
            None => Self::gapped(elements),
        }
    }

    /// The elements have at least one gap.
    pub(super) fn gapped(elements: Vec<Element>) -> Self {
        Self::Gapped(Box::new(Gapped::new(elements)))
    }

    pub(super) fn literal(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Gapped(_) => "",
        }
    }

    pub(super) fn is(&self, text: &str) -> bool {
        match self {
            Self::Literal(literal) => **literal == *text,
            Self::Gapped(gapped) => gapped.after_start(text) == Some(""),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Literal(text) => text.len(),
            Self::Gapped(gapped) => gapped.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Literal(text) if text.is_empty())
    }

    pub(super) fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.strip_prefix(&**literal),
            Self::Gapped(gapped) => gapped.after_start(text),
        }
    }

    pub(super) fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.strip_suffix(&**literal),
            Self::Gapped(gapped) => gapped.before_end(text),
        }
    }

    /// Returns the end of the leftmost occurrence in a part of the text.
    pub(super) fn end_of_first(
        &self,
        haystack: &Haystack<'_>,
        part: Range<usize>,
    ) -> Option<usize> {
        match self {
            Self::Literal(text) => literal::end_of_first(text, haystack, part),
            Self::Gapped(gapped) => gapped.end_of_first(haystack, part),
        }
    }
}
