//! Matches a text against parts with variables, which are resolved for each request.

use std::ops::Range;

use smallvec::SmallVec;

use super::{
    elements::{Element, after_start, before_end},
    gapped::Gapped,
    haystack::Haystack,
    literal,
    parts::{Part, resolve},
    patience::START,
    piece_search,
};
use crate::keys::{ConditionKeys, Resolved};

/// Matches parts with wildcards and variables in time linear in the text. Returns `None` if a variable has no value.
pub(crate) fn matches(
    parts: &[Part],
    keys: &dyn ConditionKeys,
    haystack: &Haystack<'_>,
) -> Option<bool> {
    let text = haystack.text;
    let mut pieces = parts.split(|part| matches!(part, Part::Star));
    let start = ResolvedPiece::new(pieces.next().unwrap_or_default(), keys)?;
    let Some(end) = pieces.next_back() else {
        return Some(start.after_start(text) == Some(""));
    };
    let end = ResolvedPiece::new(end, keys)?;
    let rest = start.after_start(text);
    let start = text.len() - rest.map_or(0, str::len);
    let rest = rest.and_then(|rest| end.before_end(rest));
    let mut rest = rest.map(|rest| start..start + rest.len());
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        let piece = ResolvedPiece::new(piece, keys)?;
        rest = rest.and_then(|rest| Some(piece.end_of_first(haystack, rest.clone())?..rest.end));
    }
    Some(rest.is_some())
}

/// The text between two stars, with its variables resolved.
enum ResolvedPiece {
    Literal(Resolved),
    /// Has a `?`.
    Gapped(SmallVec<[Element; 32]>),
}

impl ResolvedPiece {
    fn new(parts: &[Part], keys: &dyn ConditionKeys) -> Option<Self> {
        if !parts.contains(&Part::Any) {
            return resolve(parts, keys).map(Self::Literal);
        }
        let mut elements = SmallVec::new();
        for part in parts {
            match part {
                Part::Any => elements.push(None),
                part => {
                    let text = resolve(std::slice::from_ref(part), keys)?;
                    let text = std::str::from_utf8(&text).ok()?;
                    elements.extend(text.chars().map(Some));
                }
            }
        }
        Some(Self::Gapped(elements))
    }

    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) if text.as_bytes().starts_with(literal) => {
                text.get(literal.len()..)
            }
            Self::Literal(_) => None,
            Self::Gapped(elements) => after_start(elements, text),
        }
    }

    fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) if text.as_bytes().ends_with(literal) => {
                text.get(..text.len() - literal.len())
            }
            Self::Literal(_) => None,
            Self::Gapped(elements) => before_end(elements, text),
        }
    }

    fn end_of_first(&self, haystack: &Haystack<'_>, part: Range<usize>) -> Option<usize> {
        match self {
            Self::Literal(text) => {
                let text = std::str::from_utf8(text).ok()?;
                literal::end_of_first(text, haystack, part)
            }
            Self::Gapped(elements) if haystack.patience.allows(part.len()) => {
                haystack.patience.spend(elements.len() + START);
                Gapped::new(elements.to_vec()).end_of_first(haystack, part)
            }
            Self::Gapped(elements) => piece_search::end_of_first(haystack.places(), elements, part),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::parts::{Syntax, parse},
        *,
    };

    const ALL: Syntax = Syntax {
        wildcards: true,
        variables: true,
    };

    #[test]
    fn a_variable_matches_its_value_anywhere_in_a_pattern() {
        let keys = crate::ConditionContext::new().with("k", "v*");
        for (pattern, text, expected) in [
            ("${k}", "v*", true),
            ("${k}", "vx", false),
            ("${k}/*", "v*/a", true),
            ("${k}/*", "vx/a", false),
            ("*/${k}", "a/v*", true),
            ("*/${k}", "a/vx", false),
            ("*/${k}", "/v", false),
            ("${k}*${k}", "v*", false),
            ("${k}*${k}", "v*v*", true),
            ("*${k}*", "av*b", true),
            ("*${k}*", "avb", false),
            ("*${k}*${k}*", "abv*", false),
            ("*${k}*${k}*", "abv*v*", true),
            ("*?${k}*", "v*", false),
            ("*?${k}*", "avv*", true),
        ] {
            let impatient = Haystack::new(text);
            impatient.patience.spend(usize::MAX / 2);
            for haystack in [Haystack::new(text), impatient] {
                let found = matches(&parse(pattern, ALL), &keys, &haystack);
                assert_eq!(found, Some(expected), "{pattern} {text}");
            }
            assert_eq!(
                matches(&parse(pattern, ALL), &(), &Haystack::new(text)),
                None,
                "{pattern}"
            );
        }
    }
}
