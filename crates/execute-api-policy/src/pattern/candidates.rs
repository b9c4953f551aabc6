//! The places at which a piece may start.

use std::ops::RangeInclusive;

use smallvec::SmallVec;

use super::{
    piece_search::Wanted,
    place_sets::{BYTE, PlaceSets},
};

/// Some of the places at which a piece may start.
pub(super) trait Candidates {
    /// The first candidate.
    fn first(&mut self) -> Option<usize>;

    fn remove(&mut self, candidate: usize);

    /// Removes candidates that do not have this character where the piece has it.
    fn keep(&mut self, sets: &PlaceSets, wanted: Wanted);

    /// The number of characters that can be compared in the time that `keep` takes.
    fn cost_of_keeping(&self) -> usize;
}

/// What [`Candidates::keep`] costs at least, in compared characters.
const LEAST_COST: usize = 32;

/// A list of candidates, for a character that is rare.
pub(super) struct Listed {
    /// In ascending order.
    starts: SmallVec<[usize; 16]>,
    end: usize,
}

/// A listed candidate takes about as much time as this many marked ones.
const PLACES_PER_LISTED: usize = 32;

impl Listed {
    /// The first of these starts that are this far before one of the places. It takes only so many that they cost as
    /// much time as [`Marked`] does for this width.
    pub(super) fn new(
        places: &[u32],
        distance: usize,
        starts: &RangeInclusive<usize>,
        width: usize,
    ) -> Self {
        let first = places.partition_point(|place| (*place as usize) < starts.start() + distance);
        let places = places.get(first..).unwrap_or_default();
        let mut found = places.iter().map(|place| *place as usize - distance);
        let starts_of_window = found.by_ref().take(width / PLACES_PER_LISTED);
        let listed = starts_of_window.take_while(|start| start <= starts.end());
        Self {
            starts: listed.collect(),
            end: found.next().unwrap_or(starts.end() + 1),
        }
    }

    /// The start after those that were looked at.
    pub(super) fn end(&self) -> usize {
        self.end
    }
}

impl Candidates for Listed {
    fn first(&mut self) -> Option<usize> {
        self.starts.first().copied()
    }

    fn remove(&mut self, candidate: usize) {
        self.starts.retain(|start| *start != candidate);
    }

    fn keep(&mut self, sets: &PlaceSets, wanted: Wanted) {
        let Wanted { c, distance } = wanted;
        let has_wanted = |start: usize| sets.chars.get(start + distance) == Some(&c);
        self.starts.retain(|start| has_wanted(*start));
    }

    fn cost_of_keeping(&self) -> usize {
        LEAST_COST + self.starts.len()
    }
}

/// Candidates as bits.
pub(super) struct Marked {
    /// The place of the first bit. It is the first place of a byte.
    first: usize,
    bits: SmallVec<[u8; 64]>,
    /// The bytes before this one are empty.
    empty: usize,
}

/// The number of bytes that [`Candidates::keep`] combines in the time in which one character is compared.
const BYTES_PER_COMPARISON: usize = 32;

impl Marked {
    /// The first of these starts, about as many as the width.
    pub(super) fn new(starts: &RangeInclusive<usize>, width: usize) -> Self {
        let first = starts.start() / BYTE * BYTE;
        let all = (starts.end() - first) / BYTE + 1;
        let bytes = match width.div_ceil(BYTE) {
            few if few < all / 2 => few,
            _ => all,
        };
        let mut bits = SmallVec::from_elem(u8::MAX, bytes);
        if let Some(byte) = bits.first_mut() {
            *byte &= u8::MAX << (starts.start() - first);
        }
        let end = first + bytes * BYTE;
        let too_many = end.saturating_sub(starts.end() + 1);
        if let Some(byte) = bits.last_mut() {
            *byte &= u8::MAX >> too_many;
        }
        Self {
            first,
            bits,
            empty: 0,
        }
    }

    /// The place after the last bit.
    pub(super) fn end(&self) -> usize {
        self.first + self.bits.len() * BYTE
    }
}

impl Candidates for Marked {
    fn first(&mut self) -> Option<usize> {
        let bits = self.bits.get(self.empty..)?;
        self.empty += bits.iter().position(|byte| *byte != 0)?;
        let byte = self.bits.get(self.empty)?;
        Some(self.first + self.empty * BYTE + byte.trailing_zeros() as usize)
    }

    fn remove(&mut self, candidate: usize) {
        let at = candidate - self.first;
        if let Some(byte) = self.bits.get_mut(at / BYTE) {
            *byte &= !(1 << (at % BYTE));
        }
    }

    fn keep(&mut self, sets: &PlaceSets, wanted: Wanted) {
        let empty = self.empty / BYTES_PER_COMPARISON * BYTES_PER_COMPARISON;
        let first = self.first + empty * BYTE;
        let Some(set) = sets.before(wanted, first) else {
            return;
        };
        let bits = self.bits.get_mut(empty..).unwrap_or_default();
        for (byte, found) in bits.iter_mut().zip(set) {
            *byte &= found;
        }
    }

    fn cost_of_keeping(&self) -> usize {
        LEAST_COST + (self.bits.len() - self.empty) / BYTES_PER_COMPARISON
    }
}
