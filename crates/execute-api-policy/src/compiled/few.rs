//! Selects among a few patterns by one byte before any of them is matched.
//!
//! A policy with few statements usually names resources of one API, so its patterns have the same beginning and differ
//! at some later place. The byte of the resource at the best such place rules out most of the patterns.

use smallvec::SmallVec;

use crate::pattern::{Prefix, Wildcard};

/// Policies with more patterns than this use the [`Index`](super::index::Index).
pub(super) const FEW: usize = 16;

/// A set of patterns and the place at which they differ. The number of a pattern is less than [`FEW`], and a set of
/// patterns is a bit mask with one bit for each number.
#[derive(Debug, Clone)]
pub(super) struct Few {
    place: usize,
    /// The patterns whose matching texts may have a byte with these low bits at the place. The other bits are not
    /// compared: so a table is small, and it is looked up in one step.
    with_bits: [u16; 1 << BITS],
    /// The patterns whose matching texts may have any byte at the place, or end before it.
    others: u16,
}

const BITS: u32 = 4;

/// A place that no text has.
const NOWHERE: usize = usize::MAX;

/// The low bits of a byte.
fn low_bits(byte: u8) -> usize {
    (byte & ((1 << BITS) - 1)).into()
}

impl Few {
    /// If no place distinguishes any of the patterns, all of them are candidates.
    pub(super) fn new<'p>(patterns: impl Iterator<Item = (u32, &'p Wildcard)> + Clone) -> Self {
        let beginnings = patterns.clone().map(|(_, pattern)| beginning(pattern));
        let beginnings: SmallVec<[_; FEW]> = beginnings.collect();
        let place = best_place(&beginnings).unwrap_or(NOWHERE);
        let mut few = Self {
            place,
            with_bits: [0; 1 << BITS],
            others: 0,
        };
        for ((number, _), beginning) in patterns.zip(beginnings) {
            let pattern = 1_u16
                .checked_shl(number)
                .expect("a number is less than FEW");
            let bits = beginning.get(place).map(|byte| low_bits(*byte));
            let set = bits.and_then(|bits| few.with_bits.get_mut(bits));
            *set.unwrap_or(&mut few.others) |= pattern;
        }
        few.with_bits.iter_mut().for_each(|set| *set |= few.others);
        few
    }

    /// All patterns that may match the text.
    #[inline]
    pub(super) fn candidates(&self, text: &str) -> Candidates {
        let byte = text.as_bytes().get(self.place);
        let found = byte.and_then(|byte| self.with_bits.get(low_bits(*byte)));
        Candidates(*found.unwrap_or(&self.others))
    }
}

/// A set of patterns, in the order of their numbers.
pub(super) struct Candidates(u16);

impl Iterator for Candidates {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let first = self.0.trailing_zeros();
        self.0 &= self.0.checked_sub(1)?;
        Some(first)
    }
}

/// The text that every matching text begins with.
fn beginning(pattern: &Wildcard) -> &[u8] {
    let (Prefix::Whole(text) | Prefix::Of(text)) = pattern.prefix();
    text
}

/// The number of places that are tried. It is small because a policy is compiled at every cache miss.
const TRIED: usize = 4;

/// The place that leaves the fewest candidates, among the first places at which the first pattern differs from others.
fn best_place(beginnings: &[&[u8]]) -> Option<usize> {
    let (first, others) = beginnings.split_first()?;
    let mut places = SmallVec::<[usize; TRIED]>::new();
    let mut best = None;
    let mut least = beginnings.len() * beginnings.len();
    for other in others {
        let place = common_length(first, other);
        if places.len() == TRIED {
            break;
        }
        if places.contains(&place) {
            continue;
        }
        places.push(place);
        let found = found_at(place, beginnings);
        if found < least {
            (best, least) = (Some(place), found);
        }
    }
    best
}

/// How many bytes at the beginning of both are the same. Compares whole words first, since most are long.
fn common_length(one: &[u8], other: &[u8]) -> usize {
    const WORD: usize = size_of::<u64>();
    let words = one.chunks_exact(WORD).zip(other.chunks_exact(WORD));
    let in_words = WORD * words.take_while(|(a, b)| a == b).count();
    let bytes = one.iter().zip(other).skip(in_words);
    in_words + bytes.take_while(|(a, b)| a == b).count()
}

/// The number of candidates at a place, summed over texts that have the same beginning as each of the patterns.
fn found_at(place: usize, beginnings: &[&[u8]]) -> usize {
    let mut with_bits = [0; 1 << BITS];
    let mut others = 0;
    for beginning in beginnings {
        let bits = beginning.get(place).map(|byte| low_bits(*byte));
        let count = bits.and_then(|bits| with_bits.get_mut(bits));
        *count.unwrap_or(&mut others) += 1;
    }
    let squares = with_bits.iter().map(|count| count * count);
    squares.sum::<usize>() + others * beginnings.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn few(patterns: &[&str]) -> Few {
        let patterns: Vec<_> = patterns.iter().map(|text| Wildcard::new(text)).collect();
        Few::new((0..).zip(&patterns))
    }

    fn found(few: &Few, text: &str) -> Vec<u32> {
        few.candidates(text).collect()
    }

    #[test]
    fn patterns_are_distinguished_where_they_differ_most() {
        let few = few(&["a/GET/x1/*", "a/GET/x2", "a/PUT/x*", "a/GET/x3/*", "a/G*"]);
        assert_eq!(found(&few, "a/GET/x2"), [1, 2, 4]);
        assert_eq!(found(&few, "a/GET/x3/"), [2, 3, 4]);
        assert_eq!(found(&few, "a/GET/x9/"), [2, 4]);
        assert_eq!(found(&few, ""), [2, 4]);
    }

    /// `a`, `q` and `1` have the same low bits.
    #[test]
    fn only_the_low_bits_of_a_byte_are_compared() {
        let few = few(&["x/a*", "x/q*", "x/b*", "x*"]);
        for text in ["x/a", "x/q", "x/1"] {
            assert_eq!(found(&few, text), [0, 1, 3], "{text}");
        }
        assert_eq!(found(&few, "x/b"), [2, 3]);
        assert_eq!(found(&few, "x/"), [3]);
    }

    #[test]
    fn a_common_length_ends_at_the_first_difference() {
        let text = b"abcdefghijklmnopqrstuvwxyz";
        for different in 0..text.len() {
            let mut other = *text;
            other[different] = b'/';
            for end in 0..=text.len() {
                let expected = different.min(end);
                assert_eq!(common_length(text, &other[..end]), expected);
                assert_eq!(common_length(&other[..end], text), expected);
            }
        }
    }

    /// At the third byte, more patterns have different bytes, but all of them have the same low bits.
    #[test]
    fn the_place_is_one_at_which_low_bits_differ() {
        let few = few(&["x/aa*", "x/qa*", "x/1a*", "x/ab*"]);
        assert_eq!(found(&few, "x/ab"), [3]);
        assert_eq!(found(&few, "x/qa"), [0, 1, 2]);
    }

    #[test]
    fn every_matching_pattern_is_found() {
        let patterns = [
            "", "*", "a", "a*", "ab", "b*", "?a", "a?", "*b", "abc*", "ab?c", "bb*a", "\u{e9}*",
        ];
        let texts = [
            "", "a", "b", "aa", "ab", "ba", "bb", "abc", "abxc", "bbxa", "\u{e9}", "\u{e8}",
        ];
        for a in patterns {
            for b in patterns {
                for c in patterns {
                    let few = few(&[a, b, c]);
                    for text in texts {
                        let found = found(&few, text);
                        for (number, pattern) in (0..).zip([a, b, c]) {
                            let matches = Wildcard::new(pattern).matches(text);
                            assert!(!matches || found.contains(&number), "{pattern} {text}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn patterns_that_do_not_differ_are_all_found() {
        for patterns in [&["a*", "a*b", "a*c"], &["a*", "q*", "1*"]] {
            assert_eq!(found(&few(patterns), "a"), [0, 1, 2], "{patterns:?}");
            assert_eq!(found(&few(patterns), ""), [0, 1, 2], "{patterns:?}");
        }
        let sixteen = few(&["a*"; FEW]);
        assert!(found(&sixteen, "b").into_iter().eq(0..16));
        assert_eq!(found(&few(&[]), "a"), [0; 0]);
    }
}
