//! A piece of a pattern that has gaps.
//!
//! The search first looks for the longest stretch without gaps, which usually finds the piece, or rules it out,
//! immediately. If the patterns have looked at too many characters, it uses the [sets of places](super::place_sets) of the text, whose
//! search takes about the same time for every text.

use std::ops::Range;

use memchr::memmem;

use super::{
    elements::{Element, after_start, before_end, last_chars, skip_char, skip_chars},
    haystack::Haystack,
    patience::START,
    piece_search,
};
use crate::heap::heap_bytes;

/// A piece of characters and gaps.
#[derive(Debug, Clone)]
pub(crate) struct Gapped {
    elements: Vec<Element>,
    anchor: Anchor,
}

/// The longest stretch without gaps, or the beginning of it. It is empty if the piece has only gaps.
#[derive(Debug, Clone)]
struct Anchor {
    text: Box<str>,
    /// Its elements in the piece.
    place: Range<usize>,
}

heap_bytes!(Gapped { elements, anchor });
heap_bytes!(Anchor { text });

/// The length of the longest anchor, in characters. Preparing the search for a longer text costs more than it saves.
const ANCHOR: usize = 32;

impl Gapped {
    pub(super) fn new(elements: Vec<Element>) -> Self {
        Self {
            anchor: anchor(&elements),
            elements,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.elements.len()
    }

    pub(super) fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        after_start(&self.elements, text)
    }

    pub(super) fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        before_end(&self.elements, text)
    }

    /// Returns the end of the leftmost occurrence in a part of the text.
    pub(super) fn end_of_first(
        &self,
        haystack: &Haystack<'_>,
        part: Range<usize>,
    ) -> Option<usize> {
        let text = haystack.text.get(part.clone())?;
        let Anchor {
            text: anchor,
            place,
        } = &self.anchor;
        let before = self.elements.get(..place.start)?;
        let after = self.elements.get(place.end..)?;
        let mut rest = skip_chars(text, place.start)?;
        // The anchor has a fixed position in the piece, so its first occurrence that fits is in the piece's first.
        while haystack.patience.allows(rest.len()) {
            let Some(at) = memmem::find(rest.as_bytes(), anchor.as_bytes()) else {
                haystack.patience.spend(rest.len());
                return None;
            };
            let from_anchor = rest.get(at..)?;
            if before_end(before, text.get(..text.len() - from_anchor.len())?).is_some() {
                let found = after_start(after, from_anchor.get(anchor.len()..)?);
                if let Some(after) = found {
                    haystack.patience.spend(at);
                    return Some(part.end - after.len());
                }
            }
            haystack.patience.spend(at + self.elements.len() + START);
            rest = skip_char(from_anchor)?;
        }
        let skipped = text.get(..text.len() - rest.len())?;
        let start = last_chars(skipped, place.start)?;
        let part = part.end - rest.len() - start.len()..part.end;
        piece_search::end_of_first(haystack.places(), &self.elements, part)
    }
}

fn anchor(elements: &[Element]) -> Anchor {
    let mut longest: &[Element] = &[];
    let (mut start, mut at) = (0, 0);
    for stretch in elements.split(Option::is_none) {
        if stretch.len() > longest.len() {
            (longest, start) = (stretch, at);
        }
        at += stretch.len() + 1;
    }
    let text: String = longest.iter().copied().flatten().take(ANCHOR).collect();
    Anchor {
        text: text.into(),
        place: start..start + longest.len().min(ANCHOR),
    }
}
