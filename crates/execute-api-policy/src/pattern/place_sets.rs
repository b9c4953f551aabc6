//! The places of a text at which each character is. All patterns share them.

use super::{
    alphabet::{Alphabet, Class},
    place_set::PlaceSet,
    places::Places,
};

/// A character is frequent if more than one of every 64 characters of the text is this character. There are fewer than
/// 64 such characters, so their sets have a size linear in the text.
const FREQUENT: usize = 64;

/// The places of each character of a text.
pub(super) struct PlaceSets {
    pub(super) chars: Vec<char>,
    /// `None` if all characters are ASCII.
    offsets: Option<Offsets>,
    alphabet: Alphabet,
    /// The places of the classes that are not frequent.
    places: Places,
    /// For each class that is frequent, the index of its set.
    numbers: Vec<Option<u8>>,
    sets: Vec<PlaceSet>,
}

/// Positions in a text that is not ASCII.
struct Offsets {
    /// Where each character begins, in bytes, and the end of the text.
    bytes: Vec<usize>,
    /// For each byte and the end of the text, the number of characters that begin before it.
    places: Vec<usize>,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let starts = text.char_indices().map(|(offset, _)| offset);
        let bytes: Vec<_> = starts.chain([text.len()]).collect();
        let mut begun = 0;
        let places = (0..=text.len()).map(|offset| {
            let before = begun;
            begun += usize::from(text.is_char_boundary(offset));
            before
        });
        Self {
            places: places.collect(),
            bytes,
        }
    }
}

/// Where a text has a character.
pub(super) enum Occurrences<'s> {
    /// At these places, in ascending order.
    Few(&'s [usize]),
    /// At many places.
    Many(&'s PlaceSet),
}

impl PlaceSets {
    pub(super) fn new(text: &str) -> Self {
        let chars: Vec<_> = if text.is_ascii() {
            text.bytes().map(char::from).collect()
        } else {
            text.chars().collect()
        };
        let alphabet = Alphabet::new(&chars);
        let classes = chars.iter().map(|c| alphabet.class(*c).unwrap_or(0));
        let classes: Vec<_> = classes.collect();
        let counts = counts(&classes, alphabet.len());
        let is_frequent = |count: usize| count * FREQUENT > chars.len();
        let rare = |count: &usize| if is_frequent(*count) { 0 } else { *count };
        let mut places = Places::with_counts(counts.iter().map(rare));
        let mut unused = 0..;
        let number = |count: &usize| is_frequent(*count).then(|| unused.next()).flatten();
        let numbers: Vec<Option<u8>> = counts.iter().map(number).collect();
        let frequent = numbers.iter().flatten();
        let mut sets: Vec<_> = frequent.map(|_| PlaceSet::new(chars.len())).collect();
        for (place, class) in classes.iter().enumerate() {
            match set_number(&numbers, *class).and_then(|number| sets.get_mut(number)) {
                Some(set) => set.add(place),
                None => places.add(*class, place),
            }
        }
        Self {
            offsets: (!text.is_ascii()).then(|| Offsets::new(text)),
            chars,
            alphabet,
            places,
            numbers,
            sets,
        }
    }

    /// The number of characters before this byte of the text.
    pub(super) fn place(&self, offset: usize) -> usize {
        match &self.offsets {
            None => offset,
            Some(offsets) => offsets.places.get(offset).copied().unwrap_or(offset),
        }
    }

    /// The number of bytes before this character of the text.
    pub(super) fn offset(&self, place: usize) -> Option<usize> {
        match &self.offsets {
            None => Some(place),
            Some(offsets) => offsets.bytes.get(place).copied(),
        }
    }

    pub(super) fn occurrences(&self, wanted: char) -> Occurrences<'_> {
        let Some(class) = self.alphabet.class(wanted) else {
            return Occurrences::Few(&[]);
        };
        match set_number(&self.numbers, class).and_then(|number| self.sets.get(number)) {
            Some(set) => Occurrences::Many(set),
            None => Occurrences::Few(self.places.of(class)),
        }
    }
}

fn set_number(numbers: &[Option<u8>], class: Class) -> Option<usize> {
    numbers
        .get(class as usize)
        .copied()
        .flatten()
        .map(usize::from)
}

/// How often each class occurs.
fn counts(classes: &[Class], number: usize) -> Vec<usize> {
    // Two tables, because adding to the same count again and again has to wait each time.
    let (mut counts, mut others) = (vec![0; number], vec![0; number]);
    let count = |counts: &mut [usize], class: Class| {
        if let Some(count) = counts.get_mut(class as usize) {
            *count += 1;
        }
    };
    let (first, second) = classes.split_at(classes.len() / 2);
    for (class, other) in first.iter().zip(second) {
        count(&mut counts, *class);
        count(&mut others, *other);
    }
    second
        .iter()
        .skip(first.len())
        .for_each(|class| count(&mut counts, *class));
    for (count, other) in counts.iter_mut().zip(others) {
        *count += other;
    }
    counts
}
