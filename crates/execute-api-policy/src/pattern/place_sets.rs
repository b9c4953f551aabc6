//! Finds a long piece with gaps by sets of places of the text, which are stored as bits.
//!
//! At first, every place of the text is a candidate for the start of the piece. Each element of the piece removes the
//! candidates that do not have its character at the right distance, 64 of them in one step. The character that is
//! rarest in the text comes first. It usually leaves so few candidates that they can be compared one by one.
//!
//! Longer texts are searched window by window. So the memory that is needed depends on the piece only, and a piece
//! that is found early costs no more than its own length requires.

use super::{
    alphabet::{Alphabet, Class},
    elements::{Element, after_start, skip_chars},
    places::Places,
};

const WORD: usize = u64::BITS as usize;

/// Returns the text after the leftmost occurrence of a piece.
pub(super) fn after_first<'t>(piece: &[Element], text: &'t str) -> Option<&'t str> {
    let mut search = Search::new(piece);
    let mut rest = text;
    loop {
        let candidates = search.candidates(rest)?;
        let mut starts = ones(&candidates).filter_map(|at| skip_chars(rest, at));
        if let Some(after) = starts.find_map(|start| after_start(piece, start)) {
            return Some(after);
        }
        rest = skip_chars(rest, search.width)?;
    }
}

struct Search<'p> {
    piece: &'p [Element],
    alphabet: Alphabet,
    /// The places of each class in the piece.
    wanted: Places,
    /// The classes that the piece has.
    classes: Vec<Class>,
    /// The number of candidates in a window.
    width: usize,
}

impl<'p> Search<'p> {
    fn new(piece: &'p [Element]) -> Self {
        let alphabet = Alphabet::new(piece);
        let unknown = alphabet.unknown();
        let class_of = piece.iter().map(|element| match element {
            Some(c) => alphabet.class(*c),
            None => unknown,
        });
        let wanted = Places::new(&class_of.collect::<Vec<_>>(), unknown + 1);
        let classes = (0..unknown).filter(|class| !wanted.of(*class).is_empty());
        Self {
            piece,
            classes: classes.collect(),
            width: WORD * (piece.len() / WORD).max(1),
            alphabet,
            wanted,
        }
    }

    /// The places within the first window of the text at which the piece may start. `None` if the text is shorter
    /// than the piece.
    fn candidates(&mut self, text: &str) -> Option<Vec<u64>> {
        let length = self.width + self.piece.len() - 1;
        let mut class_of = Vec::with_capacity(length.min(text.len()));
        class_of.extend(text.chars().take(length).map(|c| self.alphabet.class(c)));
        let mut candidates = first_bits((class_of.len() + 1).checked_sub(self.piece.len())?);
        let found = Places::new(&class_of, self.alphabet.unknown() + 1);
        // One word more, because the set is read across the boundaries of words.
        let mut set = vec![0; class_of.len().div_ceil(WORD) + 1];
        let classes = self.classes.iter().enumerate();
        let rarest = classes.min_by_key(|(_, class)| found.of(**class).len());
        if let Some((rarest, _)) = rarest {
            self.classes.swap(0, rarest);
        }
        for class in &self.classes {
            set.fill(0);
            for place in found.of(*class) {
                insert(&mut set, *place as usize);
            }
            for distance in self.wanted.of(*class) {
                keep(&mut candidates, &set, *distance as usize);
            }
            if are_few(&candidates) {
                break;
            }
        }
        Some(candidates)
    }
}

/// The set of the places before the given one.
fn first_bits(count: usize) -> Vec<u64> {
    let mut bits = vec![u64::MAX; count / WORD];
    match count % WORD {
        0 => {}
        rest => bits.push((1 << rest) - 1),
    }
    bits
}

fn insert(set: &mut [u64], place: usize) {
    if let Some(word) = set.get_mut(place / WORD) {
        *word |= 1 << (place % WORD);
    }
}

/// Removes the candidates that have no place of the set at this distance.
fn keep(candidates: &mut [u64], set: &[u64], distance: usize) {
    let (word, bit) = (distance / WORD, distance % WORD);
    let low = set.get(word..).unwrap_or_default();
    let high = set.get(word + 1..).unwrap_or_default();
    for ((candidates, low), high) in candidates.iter_mut().zip(low).zip(high) {
        // The other bits are shifted in two steps, because a shift by 64 is not defined.
        *candidates &= low >> bit | high << 1 << (WORD - 1 - bit);
    }
}

/// With one candidate in this many words, comparing it with the piece takes as long as the sets would.
const WORDS_PER_CANDIDATE: usize = 8;

fn are_few(candidates: &[u64]) -> bool {
    let most = candidates.len() / WORDS_PER_CANDIDATE;
    ones(candidates).nth(most).is_none()
}

/// The places in a set.
fn ones(set: &[u64]) -> impl Iterator<Item = usize> {
    set.iter().enumerate().flat_map(|(index, word)| {
        let rest = |word: &u64| Some(word & (word - 1)).filter(|word| *word != 0);
        let words = std::iter::successors(Some(*word).filter(|word| *word != 0), rest);
        words.map(move |word| index * WORD + word.trailing_zeros() as usize)
    })
}
