//! A piece of a pattern that is plain text.

use std::ops::Range;

use memchr::memmem;
use smallvec::SmallVec;

use super::{elements::Element, haystack::Haystack, piece_search};

/// Returns the end of the leftmost occurrence in a part of the text. Both are measured in bytes.
#[inline]
pub(super) fn end_of_first(
    literal: &str,
    haystack: &Haystack<'_>,
    part: Range<usize>,
) -> Option<usize> {
    // The search for a single byte is fast in every text.
    let is_limited = literal.len() > 1;
    if is_limited && !haystack.patience.allows(part.len()) {
        return by_places(literal, haystack, part);
    }
    let text = haystack.text.as_bytes().get(part.clone())?;
    let at = memmem::find(text, literal.as_bytes());
    let end = at.map(|at| at + literal.len());
    if is_limited {
        haystack.patience.spend(end.unwrap_or(text.len()));
    }
    Some(part.start + end?)
}

#[cold]
fn by_places(literal: &str, haystack: &Haystack<'_>, part: Range<usize>) -> Option<usize> {
    let mut elements = SmallVec::<[Element; 64]>::new();
    elements.extend(literal.chars().map(Some));
    piece_search::end_of_first(haystack.places(), &elements, part)
}
