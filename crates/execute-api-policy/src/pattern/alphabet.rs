//! Numbers for the characters of a text, so that tables can be indexed by character.

/// The number of a class of characters.
pub(super) type Class = u32;

/// The number of ASCII characters. Each of them is its own class.
const ASCII: Class = 128;

/// The classes of characters that a text distinguishes: the ASCII characters, and the other characters of the text.
pub(super) struct Alphabet {
    /// The characters of the text that are not ASCII, sorted.
    others: Vec<char>,
}

impl Alphabet {
    pub(super) fn new(text: &[char]) -> Self {
        let others = text.iter().copied().filter(|c| !c.is_ascii());
        let mut others: Vec<_> = others.collect();
        others.sort_unstable();
        others.dedup();
        Self { others }
    }

    /// The number of classes. All classes are less.
    pub(super) fn len(&self) -> usize {
        ASCII as usize + self.others.len()
    }

    /// Returns `None` for a character that is not ASCII and not in the text.
    pub(super) fn class(&self, c: char) -> Option<Class> {
        if c.is_ascii() {
            return Some(Class::from(c));
        }
        let at = self.others.binary_search(&c).ok()?;
        // All characters together are few enough for the type.
        Class::try_from(at).ok().map(|at| ASCII + at)
    }
}
