//! Finds the patterns that can match a text without looking at all of them.
//!
//! Each pattern is indexed by something that every matching text has. Usually this is the text that the pattern begins
//! with, which is looked up by its hash. If too many patterns begin with the same text, it is the pattern's literal
//! that occurs in the fewest other patterns. The literals are searched with Aho-Corasick. The index may return patterns
//! that do not match, but it never misses one that does.

mod literals;
mod prefixes;

use std::collections::HashMap;

use self::{
    literals::{Entry, Literals},
    prefixes::Prefixes,
};
use crate::{
    heap::heap_bytes,
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
        let mut sharing: HashMap<&[u8], usize> = HashMap::new();
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
                        Some(literal) => literals.push(Entry {
                            literal,
                            id,
                            length: pattern.len(),
                        }),
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

/// A policy has fewer entries than bytes, so the number fits.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn wide(number: u32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::{literals::EACH, *};

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
    fn a_text_full_of_literals_costs_no_more_than_matching_every_pattern_twice() {
        let short = (1..50).map(|n| format!("*{}*", "a".repeat(n)));
        let long = format!("*{}", "a*".repeat(1_000));
        let patterns: Vec<_> = short.chain([long]).collect();
        let patterns: Vec<_> = patterns.iter().map(|text| Wildcard::new(text)).collect();
        let index = Index::new((0..).zip(&patterns));
        let costs: Vec<_> = patterns.iter().map(|one| one.len() + EACH).collect();
        let mut cost = 0;
        index.candidates(&"a".repeat(10_000), |id| cost += costs[wide(id)]);
        let all: usize = costs.iter().sum();
        assert!((all..=2 * all).contains(&cost), "{cost} of {all}");
    }

    #[test]
    fn patterns_with_question_marks_are_found_by_the_text_before_their_first_star() {
        let patterns = ["ab*c?", "b*c?", "?b*", "a*?"];
        assert_eq!(found(&patterns, "abxcd"), [0, 2, 3]);
        assert_eq!(found(&patterns, "bxcd"), [1, 2]);
    }
}
