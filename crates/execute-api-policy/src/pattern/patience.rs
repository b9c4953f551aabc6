//! A limit for searches that are usually fast.

use std::cell::Cell;

/// How many characters of a text the patterns may look at before another algorithm takes over. The usual searches are
/// fast, but some texts make them slow, and very many patterns may search the same text.
#[derive(Debug)]
pub(super) struct Patience {
    left: Cell<usize>,
}

/// The characters that may be looked at besides the whole text once.
const BESIDES: usize = 4096;

/// The cost of preparing a search, in characters.
pub(super) const START: usize = 16;

impl Patience {
    pub(super) fn new(text: usize) -> Self {
        Self {
            left: Cell::new(text + BESIDES),
        }
    }

    /// Whether another search may look at this many characters.
    #[inline]
    pub(super) fn allows(&self, characters: usize) -> bool {
        characters <= self.left.get()
    }

    /// A search has looked at some characters.
    #[inline]
    pub(super) fn spend(&self, characters: usize) {
        self.left.set(self.left.get().saturating_sub(characters));
    }
}
