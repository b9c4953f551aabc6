//! Searching a text for a piece of a pattern that has gaps: `?`, each exactly one character.

use smallvec::{SmallVec, smallvec};

/// A pattern of characters and gaps, searched bit by bit in parallel: bit `i` of the state says that
/// the pattern's first `i + 1` elements match the text up to here.
#[derive(Debug, Clone)]
pub(in crate::policy) struct ShiftAnd {
    pattern: Vec<Option<char>>,
    /// Where each character may stand, sorted by character and then by word; words without it left out.
    masks: Vec<Mask>,
    /// Where any character may stand.
    gaps: Vec<u64>,
}

/// The places of one character in one word of the state.
#[derive(Debug, Clone)]
struct Mask {
    character: char,
    word: usize,
    bits: u64,
}

const WORD: usize = u64::BITS as usize;

/// The words of a search's state that need no allocation: enough for 1024 characters.
const ON_STACK: usize = 16;

impl ShiftAnd {
    pub(super) fn new(pattern: Vec<Option<char>>) -> Self {
        let mut gaps = vec![0; pattern.len().div_ceil(WORD)];
        let mut places = Vec::new();
        for (at, element) in pattern.iter().enumerate() {
            match element {
                Some(c) => places.push((*c, at)),
                None => set(&mut gaps, at),
            }
        }
        places.sort_unstable();
        let mut masks: Vec<Mask> = Vec::new();
        for (character, at) in places {
            let (word, bit) = (at / WORD, 1 << (at % WORD));
            match masks.last_mut() {
                Some(mask) if mask.character == character && mask.word == word => mask.bits |= bit,
                _ => masks.push(Mask {
                    character,
                    word,
                    bits: bit,
                }),
            }
        }
        Self {
            pattern,
            masks,
            gaps,
        }
    }

    pub(super) fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut chars = text.chars();
        let fits = |wanted: &Option<char>, found| wanted.is_none_or(|wanted| wanted == found);
        let begins = self
            .pattern
            .iter()
            .all(|wanted| chars.next().is_some_and(|found| fits(wanted, found)));
        begins.then_some(chars.as_str())
    }

    pub(super) fn before_end<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut chars = text.chars();
        let fits = |wanted: &Option<char>, found| wanted.is_none_or(|wanted| wanted == found);
        let ends = self
            .pattern
            .iter()
            .rev()
            .all(|wanted| chars.next_back().is_some_and(|found| fits(wanted, found)));
        ends.then_some(chars.as_str())
    }

    pub(super) fn after_first<'t>(&self, text: &'t str) -> Option<&'t str> {
        let last = self.pattern.len() - 1;
        let mut state: SmallVec<[u64; ON_STACK]> = smallvec![0; self.gaps.len()];
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let mut masks = self.masks_of(c).iter().peekable();
            let mut carry = 1;
            for (index, (word, gaps)) in state.iter_mut().zip(&self.gaps).enumerate() {
                let own = masks.next_if(|mask| mask.word == index);
                let mask = gaps | own.map_or(0, |mask| mask.bits);
                let next_carry = *word >> (WORD - 1);
                *word = (*word << 1 | carry) & mask;
                carry = next_carry;
            }
            if is_set(&state, last) {
                return Some(chars.as_str());
            }
        }
        None
    }

    fn masks_of(&self, c: char) -> &[Mask] {
        let start = self.masks.partition_point(|mask| mask.character < c);
        let from = self.masks.get(start..).unwrap_or_default();
        let count = from.partition_point(|mask| mask.character == c);
        from.get(..count).unwrap_or_default()
    }
}

fn set(bits: &mut [u64], at: usize) {
    if let Some(word) = bits.get_mut(at / WORD) {
        *word |= 1 << (at % WORD);
    }
}

fn is_set(bits: &[u64], at: usize) -> bool {
    bits.get(at / WORD)
        .is_some_and(|word| word >> (at % WORD) & 1 == 1)
}
