//! Searches a text for the literals of patterns, all at once.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{narrow, wide};
use crate::heap::{HeapBytes, allocation};

/// The literals that patterns are indexed by.
#[derive(Debug, Clone)]
pub(super) struct Literals {
    automaton: AhoCorasick,
    /// For each literal of the automaton, the range of its patterns in `ids`.
    patterns: Vec<Range<u32>>,
    ids: Vec<u32>,
}

impl Literals {
    /// Returns the patterns that cannot be searched as the second value: all of them if the automaton cannot be built.
    pub(super) fn new(mut entries: Vec<(&str, u32)>) -> (Option<Self>, Vec<u32>) {
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
    pub(super) fn candidates(&self, text: &str, visit: &mut impl FnMut(u32)) {
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
