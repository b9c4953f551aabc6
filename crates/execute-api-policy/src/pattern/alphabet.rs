//! Numbers for the characters of a piece, so that tables can be indexed by character.

use smallvec::SmallVec;

use super::elements::Element;

/// The number of a class of characters.
pub(super) type Class = u32;

/// The number of ASCII characters. Each of them is its own class.
pub(super) const ASCII: Class = 128;

/// The classes of characters that a piece distinguishes: the ASCII characters, the other characters of the piece, and
/// all that the piece does not have.
pub(super) struct Alphabet {
    /// The characters of the piece that are not ASCII, sorted.
    others: SmallVec<[char; 8]>,
}

impl Alphabet {
    pub(super) fn new(piece: &[Element]) -> Self {
        let chars = piece.iter().copied().flatten();
        let mut others: SmallVec<_> = chars.filter(|c| !c.is_ascii()).collect();
        others.sort_unstable();
        others.dedup();
        Self { others }
    }

    /// The number of classes of single characters that are not ASCII. They follow the classes of ASCII.
    pub(super) fn others(&self) -> usize {
        self.others.len()
    }

    /// The class of all characters that the piece does not have. All other classes are less.
    pub(super) fn unknown(&self) -> Class {
        other(self.others.len())
    }

    pub(super) fn class(&self, c: char) -> Class {
        if c.is_ascii() {
            return Class::from(c);
        }
        match self.others.binary_search(&c) {
            Ok(at) => other(at),
            Err(_) => self.unknown(),
        }
    }
}

/// The class of a character that is not ASCII. All characters together are few enough for the type.
fn other(at: usize) -> Class {
    Class::try_from(at).map_or(Class::MAX, |at| ASCII + at)
}
