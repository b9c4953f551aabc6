//! Looks up the prefixes of a text by their hashes.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
};

use super::{narrow, wide};
use crate::heap::{HeapBytes, allocation};

/// The prefixes of patterns, by the hash of their text. If two hashes collide, the index returns a pattern that does
/// not match, which does no harm.
#[derive(Debug, Clone)]
pub(super) struct Prefixes {
    /// The lengths of the prefixes that may be followed by anything, in ascending order.
    lengths: Vec<u32>,
    /// For each hash, the range of its patterns in `ids`.
    groups: HashMap<u64, Range<u32>, BuildHasherDefault<HashAsItIs>>,
    ids: Vec<u32>,
    /// Whether a pattern has no wildcard, so that the whole text is looked up, too.
    any_whole: bool,
}

impl Prefixes {
    pub(super) fn new(prefixes: &[(&[u8], bool, u32)]) -> Self {
        let entries = prefixes.iter().map(|(text, whole, id)| {
            let mut beginnings = Beginnings::of(text);
            let hash = if *whole {
                beginnings.hash_of_whole()
            } else {
                beginnings.hash(text.len())
            };
            (hash, *id)
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
            any_whole: prefixes.iter().any(|(_, whole, _)| *whole),
        }
    }

    /// Passes over the text once.
    pub(super) fn candidates(&self, text: &str, visit: &mut impl FnMut(u32)) {
        let mut beginnings = Beginnings::of(text.as_bytes());
        for length in self.lengths.iter().map(|length| wide(*length)) {
            if length > text.len() {
                break;
            }
            self.group(beginnings.hash(length)).for_each(&mut *visit);
        }
        if self.any_whole {
            self.group(beginnings.hash_of_whole()).for_each(visit);
        }
    }

    fn group(&self, hash: u64) -> impl Iterator<Item = u32> {
        let group = self.groups.get(&hash);
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

/// The beginnings of a text, from the shortest to the longest, each with a hash of its own. The whole words of a text are
/// hashed only once.
///
/// The hashes do not need to resist collision attacks: an author of policies can make their own policy slow anyway, and a
/// request only chooses what is looked up.
struct Beginnings<'t> {
    text: &'t [u8],
    /// How many bytes, in whole words, are in the hash.
    hashed: usize,
    hash: u64,
}

const WORD: usize = size_of::<u64>();

impl<'t> Beginnings<'t> {
    fn of(text: &'t [u8]) -> Self {
        Self {
            text,
            hashed: 0,
            hash: 0,
        }
    }

    /// The hash of the beginning of this length. No longer one was hashed before, and the text is not shorter.
    fn hash(&mut self, length: usize) -> u64 {
        while length - self.hashed >= WORD {
            self.hash = mixed(self.hash, self.word());
            self.hashed += WORD;
        }
        let after = u64::MAX << (8 * (length - self.hashed));
        mixed(self.hash, self.word() & !after)
    }

    /// The hash of the whole text, if nothing may follow it.
    fn hash_of_whole(&mut self) -> u64 {
        !self.hash(self.text.len())
    }

    /// The next bytes, of which there may be fewer at the end.
    fn word(&self) -> u64 {
        let rest = self.text.get(self.hashed..).unwrap_or_default();
        match rest.first_chunk() {
            Some(word) => u64::from_le_bytes(*word),
            None => rest
                .iter()
                .rev()
                .fold(0, |word, byte| word << 8 | u64::from(*byte)),
        }
    }
}

/// The lowest bits, which choose a place in the table, depend on all bits.
fn mixed(hash: u64, word: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    (hash ^ word).wrapping_mul(ODD).swap_bytes()
}

/// A hasher for keys that already are hashes.
#[derive(Debug, Default)]
struct HashAsItIs(u64);

impl Hasher for HashAsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.0 = mixed(self.0, u64::from(*byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever was hashed before, and whatever follows. The lengths are those around whole words.
    #[test]
    fn a_beginning_has_the_hash_of_the_same_text_alone() {
        let text = b"a/b\xffc/0\0".repeat(5);
        for first in 0..=text.len() {
            let mut beginnings = Beginnings::of(&text);
            for length in first..=text.len() {
                let alone = &text[..length];
                let hash = Beginnings::of(alone).hash(length);
                assert_eq!(beginnings.hash(length), hash, "{alone:?}");
                assert_ne!(Beginnings::of(alone).hash_of_whole(), hash, "{alone:?}");
            }
        }
    }

    /// The places in a table of 128 depend on each byte.
    #[test]
    fn texts_that_differ_in_one_byte_have_many_places() {
        for at in 0..20 {
            let places = (b'!'..=b'~').map(|byte| {
                let mut text = [b'a'; 20];
                text[at] = byte;
                Beginnings::of(&text).hash(text.len()) % 128
            });
            let places: std::collections::HashSet<_> = places.collect();
            assert!(places.len() > 40, "{at}: {}", places.len());
        }
    }
}
