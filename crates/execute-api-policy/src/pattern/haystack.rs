//! A text that patterns are matched against.

use std::cell::OnceCell;

use super::{patience::Patience, place_sets::PlaceSets};

/// A text, and what the patterns that are matched against it share.
///
/// A policy may have very many patterns. So expensive facts about a text are computed once for all of them, and only if
/// a pattern needs them.
pub(crate) struct Haystack<'t> {
    pub(super) text: &'t str,
    pub(super) patience: Patience,
    places: OnceCell<Box<PlaceSets>>,
}

impl<'t> Haystack<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            patience: Patience::new(text.len()),
            places: OnceCell::new(),
        }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn places(&self) -> &PlaceSets {
        self.places
            .get_or_init(|| Box::new(PlaceSets::new(self.text)))
    }
}
