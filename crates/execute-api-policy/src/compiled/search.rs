//! How to find the patterns that can match a text.

use super::{
    few::{FEW, Few},
    index::Index,
};
use crate::{heap::HeapBytes, pattern::Wildcard};

/// How to find the patterns that can match a text, among patterns with the numbers from 0.
#[derive(Debug, Clone, Default)]
pub(super) enum Search {
    /// There is no search. Every pattern must be matched.
    #[default]
    None,
    /// The only pattern is always a candidate.
    One,
    Few(Few),
    Many(Box<Index>),
}

impl HeapBytes for Search {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::None | Self::One | Self::Few(_) => 0,
            Self::Many(index) => index.heap_bytes(),
        }
    }
}

impl Search {
    /// Prepares a search among `count` patterns, of which it finds only these.
    pub(super) fn new<'p>(
        count: usize,
        mut patterns: impl Iterator<Item = (u32, &'p Wildcard)> + Clone,
    ) -> Self {
        match count {
            0 => Self::None,
            1 => patterns.next().map_or(Self::None, |_| Self::One),
            2..=FEW => Self::Few(Few::new(patterns)),
            _ => Self::Many(Box::new(Index::new(patterns))),
        }
    }

    /// Visits all patterns that may match the text, some perhaps more than once. Visits none if there is no search.
    pub(super) fn candidates(&self, text: &str, mut visit: impl FnMut(u32)) {
        match self {
            Self::None => {}
            Self::One => visit(0),
            Self::Few(few) => few.candidates(text).for_each(visit),
            Self::Many(index) => index.candidates(text, visit),
        }
    }
}
