//! A piece of a pattern that is plain text.

use std::ops::Range;

use memchr::memmem;
use smallvec::SmallVec;

use super::{elements::Element, haystack::Haystack, piece_search};

/// Returns the end of the leftmost occurrence in a part of the text. Both are measured in bytes.
#[inline]
pub(super) fn end_of_first(
    literal: &[u8],
    haystack: &Haystack<'_>,
    part: Range<usize>,
) -> Option<usize> {
    if !haystack.patience.allows(part.len()) {
        return by_places(literal, haystack, part);
    }
    let text = haystack.text.as_bytes().get(part.clone())?;
    let at = memmem::find(text, literal);
    let end = at.map(|at| at + literal.len());
    haystack.patience.spend(end.unwrap_or(text.len()));
    Some(part.start + end?)
}

#[cold]
fn by_places(literal: &[u8], haystack: &Haystack<'_>, part: Range<usize>) -> Option<usize> {
    let literal = std::str::from_utf8(literal).ok()?;
    let elements: SmallVec<[Element; 64]> = literal.chars().map(Some).collect();
    piece_search::end_of_first(haystack.places(), &elements, part)
}
