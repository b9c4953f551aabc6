//! The rest of a resource pattern, for texts that all have the same beginning.
//!
//! A pattern is a sequence of plain characters, `?` and `*`. Matching it from left to right leaves a suffix of the
//! pattern to be matched against the rest of the text. Before the first star there is one such suffix. After a star
//! there may be several, since the star may end at any place.
//!
//! Only the last star that the beginning reaches matters: each match that continues from an earlier star is also one
//! that continues from the last star, which can skip any text. For the same reason it is enough to look for each piece
//! between two stars at its leftmost place. So these suffixes are left:
//!
//! - the one that begins with the last star that was reached, which lets the star skip the rest of the beginning, and
//! - for each end of the beginning that the piece after this star can begin with, the rest of the pattern after it.
//!
//! For example, `api/prod/` leaves `*/GET/pets` and `GET/pets` of `api/*/GET/pets`, and `*/prod/GET`, `GET` and
//! `prod/GET` of `*/prod/GET`.

use smallvec::{SmallVec, smallvec};

/// A pattern that leaves more suffixes than this is not specialised.
const MAX: usize = 3;

/// Suffixes of a pattern, of which a text has to match one.
pub(super) type Left<'p> = SmallVec<[&'p str; MAX]>;

/// The suffixes of a pattern that match a non-empty text exactly if the whole pattern matches `beginning` followed by
/// this text. `beginning` has no wildcards. Returns `None` if there are more than [`MAX`].
///
/// The time is linear in the pattern, for each character of the beginning.
pub(super) fn left_of<'p>(pattern: &'p str, beginning: &str) -> Option<Left<'p>> {
    // This is so in almost all patterns.
    if let Some(left) = pattern.strip_prefix(beginning) {
        return Some(smallvec![left]);
    }
    let (mut pattern, mut text) = matched(pattern, beginning);
    loop {
        if text.is_empty() {
            return Some(smallvec![pattern]);
        }
        let behind_star = pattern.trim_start_matches('*');
        if behind_star.len() == pattern.len() {
            // A character differs, or the pattern has ended.
            return Some(Left::new());
        }
        if behind_star.is_empty() {
            return Some(smallvec![pattern]);
        }
        match next_star(behind_star, text) {
            Some(next) => (pattern, text) = next,
            None => return partial(pattern, behind_star, text),
        }
    }
}

/// Matches plain characters and `?` as far as possible. Returns the rest of the pattern and the rest of the text.
fn matched<'p, 't>(pattern: &'p str, text: &'t str) -> (&'p str, &'t str) {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    loop {
        let before = (pattern.as_str(), text.as_str());
        match (pattern.next(), text.next()) {
            (Some('?'), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted != '*' && wanted == found => {}
            _ => return before,
        }
    }
}

/// Finds the piece before the next star at its leftmost place. Returns what follows it.
fn next_star<'p, 't>(piece: &'p str, text: &'t str) -> Option<(&'p str, &'t str)> {
    ends(text)
        .map(|end| matched(piece, end))
        .find(|(pattern, _)| pattern.starts_with('*'))
}

/// The suffixes that are left if the text ends before the next star.
fn partial<'p>(pattern: &'p str, behind_star: &'p str, text: &str) -> Option<Left<'p>> {
    let mut left: Left<'p> = smallvec![pattern];
    for end in ends(text) {
        match matched(behind_star, end) {
            // An empty suffix matches no text that is not empty.
            ("", "") => {}
            (_, "") if left.len() == MAX => return None,
            (rest, "") => left.push(rest),
            _ => {}
        }
    }
    Some(left)
}

/// The non-empty ends of a text, the longest first.
fn ends(text: &str) -> impl Iterator<Item = &str> {
    text.char_indices().filter_map(|(at, _)| text.get(at..))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::Wildcard;

    #[test]
    fn the_rest_of_the_pattern_is_left() {
        let left = |pattern| left_of(pattern, "api/prod/").map(|left| left.to_vec());
        for (pattern, expected) in [
            ("api/prod/GET/pets", &["GET/pets"][..]),
            ("api/prod/", &[""]),
            ("api/prod", &[]),
            ("api/production/GET", &[]),
            ("api/???d/GET", &["GET"]),
            ("*", &["*"]),
            ("api/*", &["*"]),
            ("api/prod*", &["*"]),
            ("api/prod/*", &["*"]),
            ("api*prod/**", &["**"]),
            ("api*x*prod", &["*x*prod"]),
            ("*/*/*/x", &["*/x"]),
            ("api/*/GET/pets", &["*/GET/pets", "GET/pets"]),
            ("*/prod/GET", &["*/prod/GET", "GET", "prod/GET"]),
            ("*pets", &["*pets"]),
            ("*/", &["*/"]),
            ("*prod/", &["*prod/"]),
            ("api/*?/x", &["*?/x", "x", "/x"]),
            ("api/*d?x", &["*d?x", "x"]),
        ] {
            assert_eq!(left(pattern).as_deref(), Some(expected), "{pattern}");
        }
        assert_eq!(left("*???x"), None);
    }

    /// All texts of these characters up to this length.
    fn texts(characters: &str, length: u32) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut longest = all.clone();
        for _ in 0..length {
            let longer = longest.iter().flat_map(|text| {
                let more = characters.chars();
                more.map(move |character| format!("{text}{character}"))
            });
            longest = longer.collect();
            all.extend(longest.iter().cloned());
        }
        all
    }

    #[test]
    fn what_is_left_matches_like_the_whole_for_every_short_pattern() {
        let (beginnings, rests) = (texts("a/", 4), texts("a/", 3));
        let mut counts = [0; MAX + 2];
        for pattern in texts("a/?*", 5) {
            let whole = Wildcard::new(&pattern);
            for beginning in &beginnings {
                let left = left_of(&pattern, beginning);
                counts[left.as_ref().map_or(MAX + 1, SmallVec::len)] += 1;
                let Some(left) = left else { continue };
                let left: Vec<_> = left.iter().map(|left| Wildcard::new(left)).collect();
                for rest in rests.iter().filter(|rest| !rest.is_empty()) {
                    let text = format!("{beginning}{rest}");
                    assert_eq!(
                        left.iter().any(|left| left.matches(rest)),
                        whole.matches(&text),
                        "{pattern} {beginning} {rest}"
                    );
                }
            }
        }
        assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
    }
}
