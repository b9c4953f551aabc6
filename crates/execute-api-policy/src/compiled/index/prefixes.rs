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
    pub(super) fn new(prefixes: &[(&str, bool, u32)]) -> Self {
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
            any_whole: prefixes.iter().any(|(_, whole, _)| *whole),
        }
    }

    /// Passes over the text once. At each length, the hash covers the text up to there.
    pub(super) fn candidates(&self, text: &str, visit: &mut impl FnMut(u32)) {
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
        if self.any_whole {
            hash.add(text.as_bytes().get(done..).unwrap_or_default());
            hash.add(&[END]);
            self.group(hash).for_each(visit);
        }
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
