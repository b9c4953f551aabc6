//! Telling a few patterns apart by one byte, before any of them is matched.
//!
//! Policies of a few statements mostly name resources of one API, so their patterns begin alike and differ
//! somewhere behind. At the best such place a text has one byte, which few of the patterns have, too.

use smallvec::SmallVec;

use crate::pattern::{Prefix, Wildcard};

/// What is more is too many.
pub(super) const FEW: usize = 16;

/// Patterns, known by their numbers, which are below [`FEW`], and the place where they differ. A set of them has a
/// bit for each.
#[derive(Debug, Clone)]
pub(super) struct Few {
    place: usize,
    /// What a text has at the place if it matches, by the pattern's number.
    bytes: [u8; FEW],
    /// The patterns for which that counts.
    told: u16,
    /// Those whose texts may have anything there, or nothing.
    others: u16,
}

impl Few {
    /// None where no place tells any of them from another.
    pub(super) fn new(patterns: &[(u32, &Wildcard)]) -> Option<Self> {
        let beginnings = patterns.iter().map(|(_, pattern)| beginning(pattern));
        let beginnings: SmallVec<[_; FEW]> = beginnings.collect();
        let place = best_place(&beginnings)?;
        let mut few = Self {
            place,
            bytes: [0; FEW],
            told: 0,
            others: 0,
        };
        for ((number, _), beginning) in patterns.iter().zip(beginnings) {
            let kept = few.bytes.get_mut(*number as usize)?;
            match beginning.get(place) {
                Some(byte) => {
                    *kept = *byte;
                    few.told |= 1 << number;
                }
                None => few.others |= 1 << number,
            }
        }
        Some(few)
    }

    /// Visits all patterns that may match the text.
    pub(super) fn candidates(&self, text: &str, mut visit: impl FnMut(u32)) {
        let byte = text.as_bytes().get(self.place);
        let same = byte.map_or(0, |byte| self.having(*byte) & self.told);
        let mut found = same | self.others;
        while found != 0 {
            visit(found.trailing_zeros());
            found &= found - 1;
        }
    }

    /// All of them at once.
    fn having(&self, byte: u8) -> u16 {
        let bytes = self.bytes.iter().enumerate();
        let bits = bytes.map(|(number, known)| u16::from(*known == byte) << number);
        bits.fold(0, |set, bit| set | bit)
    }
}

/// What every text begins with that the pattern matches.
fn beginning(pattern: &Wildcard) -> &[u8] {
    let (Prefix::Whole(text) | Prefix::Of(text)) = pattern.prefix();
    text.as_bytes()
}

/// So many places are tried: policies are compiled at every miss.
const TRIED: usize = 4;

/// The place at which a text finds the fewest, of the first at which the first pattern differs from another.
fn best_place(beginnings: &[&[u8]]) -> Option<usize> {
    let (first, others) = beginnings.split_first()?;
    let mut places = SmallVec::<[usize; TRIED]>::new();
    let mut best = None;
    let mut least = beginnings.len() * beginnings.len();
    for other in others {
        let place = first.iter().zip(*other).take_while(|(a, b)| a == b).count();
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

/// How many patterns are found, summed up over the texts that each of them begins with.
fn found_at(place: usize, beginnings: &[&[u8]]) -> usize {
    let bytes = beginnings.iter().map(|beginning| beginning.get(place));
    let bytes: SmallVec<[_; FEW]> = bytes.collect();
    let found = bytes.iter().map(|byte| match byte {
        None => bytes.len(),
        Some(_) => bytes.iter().filter(|other| *other == byte).count(),
    });
    found.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn few(patterns: &[&str]) -> Option<Few> {
        let patterns: Vec<_> = patterns.iter().map(|text| Wildcard::new(text)).collect();
        let numbered: Vec<_> = (0..).zip(&patterns).collect();
        Few::new(&numbered)
    }

    fn found(few: &Few, text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        few.candidates(text, |pattern| found.push(pattern));
        found
    }

    #[test]
    fn patterns_are_told_apart_where_they_differ_most() {
        let few = few(&["a/GET/x1/*", "a/GET/x2", "a/PUT/x*", "a/GET/x3/*", "a/G*"]).unwrap();
        assert_eq!(found(&few, "a/GET/x2"), [1, 2, 4]);
        assert_eq!(found(&few, "a/GET/x3/"), [2, 3, 4]);
        assert_eq!(found(&few, "a/GET/x9/"), [2, 4]);
        assert_eq!(found(&few, ""), [2, 4]);
    }

    #[test]
    fn what_matches_is_always_found() {
        let patterns = [
            "", "*", "a", "a*", "ab", "b*", "?a", "a?", "*b", "abc*", "ab?c", "bb*a", "\u{e9}*",
        ];
        let texts = [
            "", "a", "b", "aa", "ab", "ba", "bb", "abc", "abxc", "bbxa", "\u{e9}", "\u{e8}",
        ];
        for a in patterns {
            for b in patterns {
                for c in patterns {
                    let Some(few) = few(&[a, b, c]) else { continue };
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
    fn patterns_that_begin_alike_are_not_told_apart() {
        assert!(few(&[]).is_none() && few(&["a"]).is_none());
        assert!(few(&["a*", "a*b", "a*c"]).is_none());
    }
}
