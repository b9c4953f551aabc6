//! The places of a text at which each character is, as sets that all patterns share.
//!
//! The sets depend on the text only. So they are computed only once for a policy with many patterns. For each character
//! of a piece, a search then takes at most a few instructions for each 128 places of the text.

use std::{cell::OnceCell, ops::Range};

use super::{
    alphabet::{Alphabet, Class},
    elements::Element,
    piece_search::{Wanted, first_start},
    places::Places,
};

/// The number of places in a byte of a set.
pub(super) const BYTE: usize = u8::BITS as usize;

/// A character is frequent if more than one of every 64 characters of the text is this character. There are fewer than
/// 64 such characters, so their sets have a size linear in the text.
const FREQUENT: usize = 64;

/// The places of each character of a text.
pub(super) struct PlaceSets {
    pub(super) chars: Vec<char>,
    /// Where each character begins, in bytes, and the end of the text. `None` if all characters are ASCII.
    offsets: Option<Vec<usize>>,
    alphabet: Alphabet,
    places: Places,
    /// For each class that is frequent, the index of its sets.
    number_of_sets: Vec<Option<u8>>,
    /// The sets of the classes that are frequent.
    sets: Vec<ShiftedSets>,
}

/// A set of places as bits. The one at index `i` is shifted by `i` places: it has bit `p` if the place `p + i` is in
/// the set. Together they begin at any place, at the beginning of a byte.
type ShiftedSets = [OnceCell<Box<[u8]>>; BYTE];

/// Where a character is.
#[derive(Clone, Copy)]
pub(super) enum Occurrences<'s> {
    /// The places, in ascending order.
    Few(&'s [u32]),
    /// There is a set of them.
    Many,
}

impl PlaceSets {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<_> = text.chars().collect();
        let alphabet = Alphabet::new(&chars);
        let class_of = chars.iter().map(|c| alphabet.class(*c).unwrap_or(0));
        let places = Places::new(&class_of.collect::<Vec<_>>(), alphabet.len());
        let mut numbers = 0..;
        let is_frequent = |class| places.of(class).len() * FREQUENT > chars.len();
        let number_of_sets = (0..)
            .take(alphabet.len())
            .map(|class| match is_frequent(class) {
                true => numbers.next(),
                false => None,
            });
        let number_of_sets: Vec<Option<u8>> = number_of_sets.collect();
        let frequent = number_of_sets.iter().flatten();
        let offsets = text.char_indices().map(|(offset, _)| offset);
        Self {
            sets: frequent.map(|_| ShiftedSets::default()).collect(),
            number_of_sets,
            offsets: (!text.is_ascii()).then(|| offsets.chain([text.len()]).collect()),
            chars,
            alphabet,
            places,
        }
    }

    /// Returns the end of the leftmost occurrence of a piece in a part of the text. Both are measured in bytes.
    pub(super) fn end_of_first(&self, piece: &[Element], part: Range<usize>) -> Option<usize> {
        let (start, end) = (self.place(part.start), self.place(part.end));
        let last = end.checked_sub(piece.len())?;
        if last < start {
            return None;
        }
        let start = first_start(self, piece, start..=last)?;
        self.offset(start + piece.len())
    }

    fn place(&self, offset: usize) -> usize {
        match &self.offsets {
            None => offset,
            Some(offsets) => offsets.partition_point(|known| *known < offset),
        }
    }

    fn offset(&self, place: usize) -> Option<usize> {
        match &self.offsets {
            None => Some(place),
            Some(offsets) => offsets.get(place).copied(),
        }
    }

    /// How often the text has a character.
    pub(super) fn count(&self, wanted: char) -> usize {
        let class = self.alphabet.class(wanted);
        class.map_or(0, |class| self.places.of(class).len())
    }

    pub(super) fn occurrences(&self, wanted: char) -> Occurrences<'_> {
        match self.alphabet.class(wanted) {
            None => Occurrences::Few(&[]),
            Some(class) if self.sets(class).is_some() => Occurrences::Many,
            Some(class) => Occurrences::Few(self.places.of(class)),
        }
    }

    /// The set of the places that are this far before one with the character. It begins at the given place, which is
    /// the first of a byte. Returns `None` if the character is not frequent.
    pub(super) fn before(&self, wanted: Wanted, first: usize) -> Option<&[u8]> {
        let Wanted { c, distance } = wanted;
        let class = self.alphabet.class(c)?;
        let [whole, others @ ..] = self.sets(class)?;
        let whole = whole.get_or_init(|| self.set(class));
        let set = match (distance % BYTE).checked_sub(1) {
            None => whole,
            Some(at) => others.get(at)?.get_or_init(|| shifted(whole, at + 1)),
        };
        set.get((first + distance) / BYTE..)
    }

    fn sets(&self, class: Class) -> Option<&ShiftedSets> {
        let number = self.number_of_sets.get(class as usize)?;
        self.sets.get(usize::from((*number)?))
    }

    fn set(&self, class: Class) -> Box<[u8]> {
        let mut set = vec![0; self.chars.len() / BYTE + 1];
        for place in self.places.of(class) {
            let place = *place as usize;
            if let Some(byte) = set.get_mut(place / BYTE) {
                *byte |= 1 << (place % BYTE);
            }
        }
        set.into()
    }
}

/// A set shifted by some places, less than a byte.
fn shifted(set: &[u8], shift: usize) -> Box<[u8]> {
    let pairs = set.iter().zip(set.get(1..).unwrap_or_default());
    let bytes = pairs.map(|(low, high)| low >> shift | high << (BYTE - shift));
    let mut shifted: Vec<_> = bytes.collect();
    shifted.extend(set.last().map(|last| last >> shift));
    shifted.into()
}
