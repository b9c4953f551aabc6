//! Matches text against a pattern with `*` (any number of characters) and `?` (exactly one character).
//!
//! The usual two-pointer matcher takes quadratic time: `*a…ab*` against a long run of `a` costs milliseconds. This
//! matcher splits a pattern at its stars. The text has to begin with the first piece and end with the last one. The
//! pieces between are searched in order, each at its leftmost place. [`literal`](super::literal) searches plain pieces, and
//! [`Gapped`](super::gapped::Gapped) those with a `?`. Both take time linear in the text.

#[cfg(test)]
mod tests;

use std::cell::OnceCell;

use super::{haystack::Haystack, literal, parts::Part, piece::Piece, small_text::SmallText};
use crate::heap::{HeapBytes, heap_bytes};

/// A compiled pattern. It is small because a policy may have very many.
#[derive(Debug, Clone)]
pub(crate) enum Wildcard {
    /// Has nothing but stars.
    Anything,
    /// Has no wildcard.
    Exact(Box<str>),
    /// The same, without an allocation.
    ShortExact(SmallText),
    /// Is a plain text, followed by stars.
    Beginning(Box<str>),
    /// The same, without an allocation.
    ShortBeginning(SmallText),
    /// Has stars and plain text between them.
    Starred(Starred),
    /// Has a `?`, or a star that is plain text.
    Pieces(Box<Pieces>),
}

/// The source text of a pattern, and the places of its first and last star.
#[derive(Debug, Clone)]
pub(crate) struct Starred {
    text: Box<str>,
    first: usize,
    last: usize,
}

#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    start: Piece,
    /// `None` if there is no star.
    end: Option<Piece>,
    middle: Vec<Piece>,
}

impl Wildcard {
    /// Reads `*` and `?` as wildcards.
    pub(crate) fn new(text: &str) -> Self {
        // Most patterns are so short that `memchr2` would take longer.
        let mut bytes = text.bytes();
        Self::with_first(text, bytes.position(|byte| matches!(byte, b'*' | b'?')))
    }

    /// The same, if the place of the first wildcard is known.
    pub(super) fn with_first(text: &str, first: Option<usize>) -> Self {
        let Some(first) = first else {
            return SmallText::new(text).map_or_else(|| Self::Exact(text.into()), Self::ShortExact);
        };
        let (before, rest) = text.split_at_checked(first).unwrap_or_default();
        if is_stars(rest) {
            return match (before, SmallText::new(before)) {
                ("", _) => Self::Anything,
                (_, Some(text)) => Self::ShortBeginning(text),
                (text, None) => Self::Beginning(text.into()),
            };
        }
        if memchr::memchr(b'?', rest.as_bytes()).is_some() {
            return Self::from_pieces(text.split('*').map(Piece::new));
        }
        Self::Starred(Starred {
            text: text.into(),
            first,
            last: memchr::memrchr(b'*', text.as_bytes()).unwrap_or(first),
        })
    }

    /// Compiles parts without variables. A variable would count as empty text.
    pub(super) fn from_parts(parts: &[Part]) -> Self {
        let pieces = parts.split(|part| matches!(part, Part::Star));
        Self::from_pieces(pieces.map(Piece::from_parts))
    }

    fn from_pieces(mut pieces: impl DoubleEndedIterator<Item = Piece>) -> Self {
        let start = pieces.next().unwrap_or_default();
        let end = pieces.next_back();
        let middle: Vec<_> = pieces.filter(|piece| !piece.is_empty()).collect();
        let is_star = end.as_ref().is_some_and(Piece::is_empty);
        if is_star && start.is_empty() && middle.is_empty() {
            return Self::Anything;
        }
        Self::Pieces(Box::new(Pieces { start, end, middle }))
    }

    /// Whether the pattern matches a text. To match many patterns against one text, use
    /// [`matches_sharing`](Self::matches_sharing).
    #[inline(always)] // A hit would pay for the call.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let searched = || self.is_found_in(&Haystack::new(text));
        self.matches_at_once(text).unwrap_or_else(searched)
    }

    /// Takes time linear in the text, for every pattern.
    #[inline(always)] // As above.
    pub(crate) fn matches_in(&self, haystack: &Haystack<'_>) -> bool {
        let searched = || self.is_found_in(haystack);
        self.matches_at_once(haystack.text).unwrap_or_else(searched)
    }

    /// The same for one of several patterns, of which the first that needs the haystack creates it.
    #[inline(always)] // As above.
    pub(crate) fn matches_sharing<'t>(
        &self,
        text: &'t str,
        haystack: &OnceCell<Haystack<'t>>,
    ) -> bool {
        self.matches_at_once(text)
            .unwrap_or_else(|| self.is_found_in_shared(text, haystack))
    }

    /// `None` if the text has to be searched, which needs a haystack.
    #[inline(always)] // As above.
    fn matches_at_once(&self, text: &str) -> Option<bool> {
        Some(match self {
            Self::Anything => true,
            Self::Exact(exact) => **exact == *text,
            Self::ShortExact(exact) => *exact.as_bytes() == *text.as_bytes(),
            Self::Beginning(beginning) => text.starts_with(&**beginning),
            Self::ShortBeginning(beginning) => text.as_bytes().starts_with(beginning.as_bytes()),
            Self::Starred(_) | Self::Pieces(_) => return None,
        })
    }

    #[inline(never)] // Then the compiler inlines the cheaper kinds of patterns where they are matched.
    fn is_found_in(&self, haystack: &Haystack<'_>) -> bool {
        match self {
            Self::Starred(pattern) => pattern.matches(haystack),
            Self::Pieces(pattern) => pattern.matches(haystack),
            cheap => cheap.matches_at_once(haystack.text) == Some(true),
        }
    }

    #[inline(never)] // As above.
    fn is_found_in_shared<'t>(&self, text: &'t str, haystack: &OnceCell<Haystack<'t>>) -> bool {
        self.is_found_in(haystack.get_or_init(|| Haystack::new(text)))
    }

    /// The length of the pattern, about in bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Anything => 0,
            Self::Exact(text) | Self::Beginning(text) => text.len(),
            Self::ShortExact(text) | Self::ShortBeginning(text) => text.len(),
            Self::Starred(starred) => starred.text.len(),
            Self::Pieces(pieces) => pieces.all().map(Piece::len).sum(),
        }
    }

    /// The text that all matching texts begin with, and whether anything may follow it.
    pub(crate) fn prefix(&self) -> Prefix<'_> {
        match self {
            Self::Anything => Prefix::Of(b""),
            Self::Exact(text) => Prefix::Whole(text.as_bytes()),
            Self::ShortExact(text) => Prefix::Whole(text.as_bytes()),
            Self::Beginning(text) => Prefix::Of(text.as_bytes()),
            Self::ShortBeginning(text) => Prefix::Of(text.as_bytes()),
            Self::Starred(starred) => Prefix::Of(starred.start()),
            Self::Pieces(pieces) => Prefix::Of(pieces.start.literal().as_bytes()),
        }
    }

    /// The texts after the prefix that every matching text contains.
    pub(crate) fn further_literals(&self) -> impl Iterator<Item = &str> {
        let (starred, pieces) = match self {
            Self::Starred(starred) => (Some(starred), None),
            Self::Pieces(pieces) => (None, Some(pieces)),
            Self::Anything
            | Self::Exact(_)
            | Self::ShortExact(_)
            | Self::Beginning(_)
            | Self::ShortBeginning(_) => (None, None),
        };
        let starred = starred.into_iter().flat_map(|starred| {
            let middle = starred.middle().split('*');
            middle.chain([starred.end()])
        });
        let pieces = pieces.into_iter().flat_map(|pieces| {
            let middle = pieces.middle.iter();
            middle.chain(&pieces.end).map(Piece::literal)
        });
        starred.chain(pieces).filter(|text| !text.is_empty())
    }
}

fn is_stars(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'*')
}

impl HeapBytes for Wildcard {
    fn heap_bytes(&self) -> usize {
        match self {
            Self::Anything | Self::ShortExact(_) | Self::ShortBeginning(_) => 0,
            Self::Exact(text) | Self::Beginning(text) => text.heap_bytes(),
            Self::Starred(starred) => starred.text.heap_bytes(),
            Self::Pieces(pieces) => pieces.heap_bytes(),
        }
    }
}

heap_bytes!(Pieces { start, end, middle });

impl Starred {
    fn start(&self) -> &[u8] {
        self.text.as_bytes().get(..self.first).unwrap_or_default()
    }

    fn middle(&self) -> &str {
        self.text.get(self.first + 1..self.last).unwrap_or_default()
    }

    fn end(&self) -> &str {
        self.text.get(self.last + 1..).unwrap_or_default()
    }

    /// Compares bytes, which is correct for UTF-8.
    fn matches(&self, haystack: &Haystack<'_>) -> bool {
        let text = haystack.text;
        let pattern = self.text.as_bytes();
        let start = self.start();
        let end = pattern.get(self.last + 1..).unwrap_or_default();
        let rest = text.as_bytes().strip_prefix(start);
        let Some(rest) = rest.and_then(|rest| rest.strip_suffix(end)) else {
            return false;
        };
        if self.first == self.last {
            return true;
        }
        let (start, end) = (start.len(), start.len() + rest.len());
        let after = |start, piece: &str| literal::end_of_first(piece, haystack, start..end);
        let mut pieces = self.middle().split('*').filter(|piece| !piece.is_empty());
        pieces.try_fold(start, after).is_some()
    }
}

/// The text that all matching texts begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix<'p> {
    /// Only this text matches.
    Whole(&'p [u8]),
    /// Anything may follow.
    Of(&'p [u8]),
}

impl Pieces {
    fn all(&self) -> impl Iterator<Item = &Piece> {
        let start = std::iter::once(&self.start);
        start.chain(&self.middle).chain(&self.end)
    }

    fn matches(&self, haystack: &Haystack<'_>) -> bool {
        let text = haystack.text;
        let Some(end) = &self.end else {
            return self.start.is(text);
        };
        let Some(rest) = self.start.after_start(text) else {
            return false;
        };
        let start = text.len() - rest.len();
        let Some(rest) = end.before_end(rest) else {
            return false;
        };
        let end = start + rest.len();
        let mut middle = self.middle.iter();
        let after = |start, piece: &Piece| piece.end_of_first(haystack, start..end);
        middle.try_fold(start, after).is_some()
    }
}
