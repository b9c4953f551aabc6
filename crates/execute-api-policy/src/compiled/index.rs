//! Finds the patterns that can match a text without looking at all of them.
//!
//! Each pattern is indexed by something that every matching text has. That is the text that the pattern begins with,
//! which is looked up by its hash. If too many patterns begin with the same text, it is the literal of the pattern
//! that the fewest other patterns contain, which is searched with Aho-Corasick. The index may return patterns that do
//! not match, but it never misses one that does.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::{
    heap::{HeapBytes, allocation, heap_bytes},
    pattern::{Prefix, Wildcard},
};

/// If more patterns than this share a prefix, they are indexed by a later literal.
const SHARED_PREFIX: usize = 8;

/// An index of patterns, which are identified by their numbers.
#[derive(Debug, Clone)]
pub(super) struct Index {
    prefixes: Prefixes,
    literals: Option<Literals>,
    /// Patterns without a prefix or a literal. They are always candidates.
    others: Vec<u32>,
}

heap_bytes!(Index {
    prefixes,
    literals,
    others
});

impl Index {
    pub(super) fn new<'p>(patterns: impl Iterator<Item = (u32, &'p Wildcard)> + Clone) -> Self {
        let mut sharing: HashMap<&str, usize> = HashMap::new();
        let mut literal_sharing: HashMap<&str, usize> = HashMap::new();
        for (_, pattern) in patterns.clone() {
            if let Prefix::Of(prefix) = pattern.prefix() {
                let mut literals = pattern.further_literals().peekable();
                if literals.peek().is_some() {
                    *sharing.entry(prefix).or_default() += 1;
                }
                for literal in literals {
                    *literal_sharing.entry(literal).or_default() += 1;
                }
            }
        }
        let mut prefixes = Vec::new();
        let mut literals = Vec::new();
        let mut others = Vec::new();
        for (id, pattern) in patterns {
            let rarest = || {
                let rarity = |literal: &&str| {
                    let others = literal_sharing.get(literal).copied();
                    (others, std::cmp::Reverse(literal.len()))
                };
                pattern.further_literals().min_by_key(rarity)
            };
            match pattern.prefix() {
                Prefix::Whole(text) => prefixes.push((text, true, id)),
                Prefix::Of(prefix) => {
                    let shared = sharing
                        .get(prefix)
                        .is_some_and(|count| *count > SHARED_PREFIX);
                    match rarest().filter(|_| shared || prefix.is_empty()) {
                        Some(literal) => literals.push((literal, id)),
                        None if prefix.is_empty() => others.push(id),
                        None => prefixes.push((prefix, false, id)),
                    }
                }
            }
        }
        let (literals, unsearchable) = Literals::new(literals);
        others.extend(unsearchable);
        Self {
            prefixes: Prefixes::new(&prefixes),
            literals,
            others,
        }
    }

    /// Visits all patterns that may match the text, some perhaps more than once. Linear in the text.
    pub(super) fn candidates(&self, text: &str, mut visit: impl FnMut(u32)) {
        self.others.iter().copied().for_each(&mut visit);
        self.prefixes.candidates(text, &mut visit);
        if let Some(literals) = &self.literals {
            literals.candidates(text, &mut visit);
        }
    }
}

/// The prefixes of patterns, by the hash of their text. If two hashes collide, the index returns a pattern that does
/// not match, which does no harm.
#[derive(Debug, Clone)]
struct Prefixes {
    /// The lengths of the prefixes that may be followed by anything, in ascending order.
    lengths: Vec<u32>,
    /// For each hash, the range of its patterns in `ids`.
    groups: HashMap<u64, Range<u32>, BuildHasherDefault<HashAsItIs>>,
    ids: Vec<u32>,
}

impl Prefixes {
    fn new(prefixes: &[(&str, bool, u32)]) -> Self {
        let entries = prefixes.iter().map(|(text, whole, id)| {
            let mut hash = RollingHash::default();
            hash.add(text.as_bytes());
            if *whole {
                hash.add(&[END]);
            }
            (hash.0, *id)
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_unstable();
        let mut groups = HashMap::with_capacity_and_hasher(entries.len(), Default::default());
        let mut start = 0;
        for group in entries.chunk_by(|(a, _), (b, _)| a == b) {
            let end = start + group.len();
            if let Some((hash, _)) = group.first() {
                groups.insert(*hash, narrow(start)..narrow(end));
            }
            start = end;
        }
        let open = prefixes.iter().filter(|(_, whole, _)| !whole);
        let mut lengths: Vec<_> = open.map(|(text, ..)| narrow(text.len())).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self {
            lengths,
            groups,
            ids: entries.into_iter().map(|(_, id)| id).collect(),
        }
    }

    /// Passes over the text once. At each length, the hash covers the text up to there.
    fn candidates(&self, text: &str, visit: &mut impl FnMut(u32)) {
        let mut hash = RollingHash::default();
        let mut done = 0;
        for length in &self.lengths {
            let Some(next) = text.as_bytes().get(done..wide(*length)) else {
                break;
            };
            hash.add(next);
            done = wide(*length);
            self.group(hash).for_each(&mut *visit);
        }
        hash.add(text.as_bytes().get(done..).unwrap_or_default());
        hash.add(&[END]);
        self.group(hash).for_each(visit);
    }

    fn group(&self, hash: RollingHash) -> impl Iterator<Item = u32> {
        let group = self.groups.get(&hash.0);
        let ids = group.and_then(|group| self.ids.get(wide(group.start)..wide(group.end)));
        ids.unwrap_or_default().iter().copied()
    }
}

impl HeapBytes for Prefixes {
    fn heap_bytes(&self) -> usize {
        // Hash tables are filled to at most seven eighths and use one more byte for each slot.
        let places = (self.groups.capacity() * 8 / 7).next_power_of_two();
        let groups = places * (size_of::<(u64, Range<u32>)>() + 1);
        allocation(groups) + self.lengths.heap_bytes() + self.ids.heap_bytes()
    }
}

/// Marks the end of a text that nothing may follow. UTF-8 text never contains this byte.
const END: u8 = 0xff;

/// FNV-1a, because its value is available at every length. It does not need to resist collision attacks: an author of
/// policies can make their own policy slow anyway, and a request only chooses what is looked up.
#[derive(Debug, Clone, Copy)]
struct RollingHash(u64);

impl Default for RollingHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl RollingHash {
    fn add(&mut self, text: &[u8]) {
        for byte in text {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// A hasher for keys that already are hashes.
#[derive(Debug, Default)]
struct HashAsItIs(u64);

impl Hasher for HashAsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut hash = RollingHash(self.0);
        hash.add(bytes);
        self.0 = hash.0;
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// The literals that patterns are indexed by.
#[derive(Debug, Clone)]
struct Literals {
    automaton: AhoCorasick,
    /// For each literal of the automaton, the range of its patterns in `ids`.
    patterns: Vec<Range<u32>>,
    ids: Vec<u32>,
}

impl Literals {
    /// Returns the patterns that cannot be searched as the second value: all of them if the automaton cannot be built.
    fn new(mut entries: Vec<(&str, u32)>) -> (Option<Self>, Vec<u32>) {
        if entries.is_empty() {
            return (None, Vec::new());
        }
        entries.sort_unstable();
        let mut literals = Vec::new();
        let mut patterns = Vec::new();
        let mut start = 0;
        for group in entries.chunk_by(|(a, _), (b, _)| a == b) {
            let end = start + group.len();
            literals.extend(group.first().map(|(literal, _)| *literal));
            patterns.push(narrow(start)..narrow(end));
            start = end;
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(literals);
        let ids: Vec<_> = entries.into_iter().map(|(_, id)| id).collect();
        match automaton {
            Ok(automaton) => {
                let literals = Self {
                    automaton,
                    patterns,
                    ids,
                };
                (Some(literals), Vec::new())
            }
            Err(_) => (None, ids),
        }
    }

    /// Stops searching once it has visited as many patterns as there are, and then visits all. A text that repeats
    /// literals costs no more than that.
    fn candidates(&self, text: &str, visit: &mut impl FnMut(u32)) {
        let mut budget = self.ids.len();
        for found in self.automaton.find_overlapping_iter(text) {
            let range = self.patterns.get(found.pattern().as_usize());
            let range = range.map(|range| wide(range.start)..wide(range.end));
            let ids = range
                .and_then(|range| self.ids.get(range))
                .unwrap_or_default();
            match budget.checked_sub(ids.len()) {
                Some(left) => budget = left,
                None => return self.ids.iter().copied().for_each(visit),
            }
            ids.iter().copied().for_each(&mut *visit);
        }
    }
}

impl HeapBytes for Literals {
    fn heap_bytes(&self) -> usize {
        let automaton = allocation(self.automaton.memory_usage());
        automaton + self.patterns.heap_bytes() + self.ids.heap_bytes()
    }
}

/// A policy has fewer entries than bytes, so the number fits.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn wide(number: u32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(patterns: &[&str], text: &str) -> Vec<u32> {
        let patterns: Vec<_> = patterns.iter().map(|text| Wildcard::new(text)).collect();
        let index = Index::new((0..).zip(&patterns));
        let mut found = Vec::new();
        index.candidates(text, |id| found.push(id));
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn patterns_are_found_by_their_prefix() {
        let patterns = ["a", "a*", "ab*", "abc", "abd*e", "b*", "*", ""];
        assert_eq!(found(&patterns, "abc"), [1, 2, 3, 6]);
        assert_eq!(found(&patterns, "a"), [0, 1, 6]);
        assert_eq!(found(&patterns, "abdxe"), [1, 2, 4, 6]);
        assert_eq!(found(&patterns, "abb"), [1, 2, 6]);
        assert_eq!(found(&patterns, ""), [6, 7]);
        assert_eq!(found(&patterns, "zzz"), [6]);
    }

    #[test]
    fn patterns_with_a_common_prefix_are_found_by_their_rarest_literal() {
        let patterns: Vec<_> = (0..100).map(|n| format!("a/prod/*/pets/{n}/x")).collect();
        let patterns: Vec<_> = patterns.iter().map(String::as_str).collect();
        assert_eq!(found(&patterns, "a/prod/GET/pets/42/x"), [42]);
        assert_eq!(found(&patterns, "a/prod/GET/cats/42/x"), [0; 0]);
    }

    #[test]
    fn a_text_full_of_literals_costs_no_more_than_visiting_every_pattern() {
        let patterns: Vec<_> = (1..50).map(|n| format!("*{}*", "a".repeat(n))).collect();
        let patterns: Vec<_> = patterns.iter().map(|text| Wildcard::new(text)).collect();
        let index = Index::new((0..).zip(&patterns));
        let mut visits = 0;
        index.candidates(&"a".repeat(10_000), |_| visits += 1);
        assert!((49..=98).contains(&visits), "{visits}");
    }
    #[test]
    fn patterns_with_question_marks_are_found_by_the_text_before_their_first_star() {
        let patterns = ["ab*c?", "b*c?", "?b*", "a*?"];
        assert_eq!(found(&patterns, "abxcd"), [0, 2, 3]);
        assert_eq!(found(&patterns, "bxcd"), [1, 2]);
    }
}
