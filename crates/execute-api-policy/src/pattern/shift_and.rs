//! Searches a text for a piece of a pattern that has gaps. A gap is a `?` and matches exactly one character.
//!
//! The search first looks for the rarest stretch without gaps, which usually finds the piece, or rules it out,
//! immediately. After too many failed attempts it falls back to the bitwise Shift-And algorithm. That algorithm takes
//! one step for each character of the text, and each step costs time linear in the length of the piece.

use std::collections::HashMap;

use memchr::memmem;
use smallvec::{SmallVec, smallvec};

use crate::heap::heap_bytes;

/// A piece of characters and gaps for the Shift-And algorithm. Bit `i` of its state says that the first `i + 1`
/// elements of the piece match the text up to the current character.
#[derive(Debug, Clone)]
pub(crate) struct ShiftAnd {
    pattern: Vec<Option<char>>,
    /// The positions of each character in the piece, sorted by character and then by word. Words without it are left
    /// out.
    masks: Vec<Mask>,
    /// The positions of the gaps.
    gaps: Vec<u64>,
    /// `None` if the piece has gaps only.
    anchor: Option<Anchor>,
}

/// A stretch without gaps.
#[derive(Debug, Clone)]
struct Anchor {
    text: Box<str>,
    characters_before: usize,
}

/// Limits the failed attempts with the anchor: this many passes over the text and the piece.
const PATIENCE: usize = 1;

/// The positions of one character in one word of the state.
#[derive(Debug, Clone)]
struct Mask {
    character: char,
    word: usize,
    bits: u64,
}

heap_bytes!(ShiftAnd {
    pattern,
    masks,
    gaps,
    anchor
});
heap_bytes!(Anchor { text });
heap_bytes!(Mask {});

const WORD: usize = u64::BITS as usize;

/// The number of state words kept on the stack, which is enough for 1024 characters.
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
            anchor: anchor(&pattern),
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
        match &self.anchor {
            Some(anchor) => self.after_anchored(anchor, text),
            None => self.after_first_bitwise(text),
        }
    }

    /// The anchor has a fixed position in the piece, so its first fitting occurrence is the first occurrence of the
    /// piece.
    fn after_anchored<'t>(&self, anchor: &Anchor, text: &'t str) -> Option<&'t str> {
        let needle = anchor.text.as_bytes();
        let mut patience = PATIENCE * (text.len() + self.pattern.len());
        let mut from = 0;
        while let Some(found) = memmem::find(text.as_bytes().get(from..)?, needle) {
            let at = from + found;
            let (before, behind) = text.split_at_checked(at)?;
            if let Some(start) = start_before(before, anchor.characters_before) {
                let candidate = text.get(start..).and_then(|text| self.after_start(text));
                if candidate.is_some() {
                    return candidate;
                }
                match patience.checked_sub(self.pattern.len()) {
                    Some(left) => patience = left,
                    None => return self.after_first_bitwise(text),
                }
            }
            from = at + behind.chars().next().map_or(1, char::len_utf8);
        }
        None
    }

    fn after_first_bitwise<'t>(&self, text: &'t str) -> Option<&'t str> {
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

/// The stretch without gaps that occurs least often in the piece. Among equals, the longest.
fn anchor(pattern: &[Option<char>]) -> Option<Anchor> {
    let mut stretches: HashMap<String, (usize, usize)> = HashMap::new();
    let mut at = 0;
    for stretch in pattern.split(Option::is_none) {
        if !stretch.is_empty() {
            let text = stretch.iter().copied().flatten().collect();
            stretches.entry(text).or_insert((0, at)).0 += 1;
        }
        at += stretch.len() + 1;
    }
    let rarest = stretches
        .into_iter()
        .min_by(|(a, (a_count, _)), (b, (b_count, _))| {
            a_count
                .cmp(b_count)
                .then(b.len().cmp(&a.len()))
                .then(a.cmp(b))
        });
    let (text, (_, characters_before)) = rarest?;
    Some(Anchor {
        text: text.into(),
        characters_before,
    })
}

/// The start of the last `characters` characters of the text. `None` if the text has fewer.
fn start_before(text: &str, characters: usize) -> Option<usize> {
    match characters.checked_sub(1) {
        None => Some(text.len()),
        Some(skipped) => text.char_indices().rev().nth(skipped).map(|(at, _)| at),
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
