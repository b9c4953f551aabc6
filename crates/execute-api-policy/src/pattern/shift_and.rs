//! The bitwise Shift-And algorithm. It finds a short piece with gaps in a few steps for each character of the text.

use std::ops::{BitAnd, BitOr, Shl};

use smallvec::{SmallVec, smallvec};

use super::{
    alphabet::{ASCII, Alphabet},
    elements::Element,
};

/// The longest piece that the algorithm is used for.
pub(super) const LONGEST: usize = u128::BITS as usize;

/// Pieces up to this length use smaller tables. A pattern can have very many of them.
const SHORT: usize = u16::BITS as usize;

/// Returns the text after the leftmost occurrence of a piece, which has at most [`LONGEST`] elements.
pub(super) fn after_first<'t>(piece: &[Element], text: &'t str) -> Option<&'t str> {
    match piece.len() {
        ..=SHORT => with_bits::<u16>(piece, text),
        _ => with_bits::<u128>(piece, text),
    }
}

/// Represents each element of the piece by a bit of one number.
fn with_bits<'t, B>(piece: &[Element], text: &'t str) -> Option<&'t str>
where
    B: Copy + Eq + From<bool> + Shl<usize, Output = B> + BitAnd<Output = B> + BitOr<Output = B>,
{
    let (none, one) = (B::from(false), B::from(true));
    let last = one << piece.len().checked_sub(1)?;
    let masks = Masks::new(piece, none, one);
    // Bit `i` says that the first `i + 1` elements match the text up to the current character.
    let mut state = none;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        state = (state << 1 | one) & masks.of(c);
        if state & last != none {
            return Some(chars.as_str());
        }
    }
    None
}

/// The elements that each character matches.
struct Masks<B> {
    alphabet: Alphabet,
    ascii: [B; ASCII as usize],
    /// For the other characters of the piece.
    others: SmallVec<[B; 4]>,
    gaps: B,
}

impl<B: Copy + Shl<usize, Output = B> + BitOr<Output = B>> Masks<B> {
    fn new(piece: &[Element], none: B, one: B) -> Self {
        let places = piece.iter().enumerate();
        let gaps = places.clone().filter(|(_, element)| element.is_none());
        let gaps = gaps.fold(none, |gaps, (at, _)| gaps | one << at);
        let alphabet = Alphabet::new(piece);
        let mut masks = Self {
            ascii: [gaps; ASCII as usize],
            others: smallvec![gaps; alphabet.others()],
            alphabet,
            gaps,
        };
        for (at, element) in places {
            if let Some(mask) = element.and_then(|c| masks.of_mut(c)) {
                *mask = *mask | one << at;
            }
        }
        masks
    }

    fn of_mut(&mut self, c: char) -> Option<&mut B> {
        let class = self.alphabet.class(c);
        match class.checked_sub(ASCII) {
            None => self.ascii.get_mut(class as usize),
            Some(other) => self.others.get_mut(other as usize),
        }
    }

    fn of(&self, c: char) -> B {
        let class = self.alphabet.class(c);
        let mask = match class.checked_sub(ASCII) {
            None => self.ascii.get(class as usize),
            Some(other) => self.others.get(other as usize),
        };
        *mask.unwrap_or(&self.gaps)
    }
}
