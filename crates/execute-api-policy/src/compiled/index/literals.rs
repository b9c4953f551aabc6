//! Searches a text for the literals of patterns, all at once.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{narrow, wide};
use crate::heap::{HeapBytes, allocation, heap_bytes};

/// The literals that patterns are indexed by.
#[derive(Debug, Clone)]
pub(super) struct Literals {
    automaton: AhoCorasick,
    /// For each literal of the automaton.
    groups: Vec<Group>,
    ids: Vec<u32>,
    /// What matching all patterns costs.
    cost: usize,
}

/// The patterns of one literal.
#[derive(Debug, Clone)]
struct Group {
    /// Their range in the `ids` of all.
    ids: Range<u32>,
    /// What matching them costs together, in bytes.
    cost: usize,
}

/// What matching a pattern costs besides its length, in bytes.
pub(super) const EACH: usize = 32;

/// A pattern to index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry<'p> {
    pub(super) literal: &'p str,
    pub(super) id: u32,
    /// The length of the pattern.
    pub(super) length: usize,
}

impl Literals {
    /// Returns the patterns that cannot be searched as the second value: all of them if the automaton cannot be built.
    pub(super) fn new(mut entries: Vec<Entry<'_>>) -> (Option<Self>, Vec<u32>) {
        if entries.is_empty() {
            return (None, Vec::new());
        }
        entries.sort_unstable();
        let mut literals = Vec::new();
        let mut groups = Vec::new();
        let mut start = 0;
        for group in entries.chunk_by(|a, b| a.literal == b.literal) {
            let end = start + group.len();
            literals.extend(group.first().map(|entry| entry.literal));
            groups.push(Group {
                ids: narrow(start)..narrow(end),
                cost: group.iter().map(|entry| entry.length + EACH).sum(),
            });
            start = end;
        }
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(literals);
        let ids: Vec<_> = entries.iter().map(|entry| entry.id).collect();
        match automaton {
            Ok(automaton) => {
                let literals = Self {
                    automaton,
                    cost: groups.iter().map(|group| group.cost).sum(),
                    groups,
                    ids,
                };
                (Some(literals), Vec::new())
            }
            Err(_) => (None, ids),
        }
    }

    /// Stops searching once the patterns that it has visited are as many and as long as all patterns, and then visits
    /// all. So a text that repeats literals costs no more than matching every pattern twice.
    pub(super) fn candidates(&self, text: &str, visit: &mut impl FnMut(u32)) {
        let mut budget = self.cost;
        for found in self.automaton.find_overlapping_iter(text) {
            let Some(group) = self.groups.get(found.pattern().as_usize()) else {
                continue;
            };
            match budget.checked_sub(group.cost) {
                Some(left) => budget = left,
                None => return self.ids.iter().copied().for_each(visit),
            }
            let range = wide(group.ids.start)..wide(group.ids.end);
            let ids = self.ids.get(range).unwrap_or_default();
            ids.iter().copied().for_each(&mut *visit);
        }
    }
}

impl HeapBytes for Literals {
    fn heap_bytes(&self) -> usize {
        let automaton = allocation(self.automaton.memory_usage());
        automaton + self.groups.heap_bytes() + self.ids.heap_bytes()
    }
}

heap_bytes!(Group {});
