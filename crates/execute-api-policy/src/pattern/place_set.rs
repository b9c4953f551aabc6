//! A set of places of a text.

use std::cell::OnceCell;

use super::window::{BYTE, WINDOW};

/// A set of places as bits, which is also kept shifted by less than a byte. So it can be read from any place, at the
/// beginning of a byte.
pub(super) struct PlaceSet {
    bits: Box<[u8]>,
    /// The set at index `i` is shifted by `i + 1` places: it has bit `p` if the place `p + i + 1` is in the set.
    shifted: [OnceCell<Box<[u8]>>; BYTE - 1],
}

impl PlaceSet {
    /// An empty set for a text of this many characters.
    pub(super) fn new(chars: usize) -> Self {
        // A window may begin at the end of the text.
        let bytes = chars / BYTE + WINDOW;
        Self {
            bits: vec![0; bytes].into(),
            shifted: Default::default(),
        }
    }

    pub(super) fn add(&mut self, place: usize) {
        if let Some(byte) = self.bits.get_mut(place / BYTE) {
            *byte |= 1 << (place % BYTE);
        }
    }

    /// The set of the places that are this far before one of these places.
    pub(super) fn before(&self, distance: usize) -> &[u8] {
        let bits = match (distance % BYTE).checked_sub(1) {
            None => Some(&self.bits),
            Some(at) => {
                let shifted = self.shifted.get(at);
                shifted.map(|bits| bits.get_or_init(|| shift(&self.bits, at + 1)))
            }
        };
        let after = bits.and_then(|bits| bits.get(distance / BYTE..));
        after.unwrap_or_default()
    }
}

fn shift(bits: &[u8], places: usize) -> Box<[u8]> {
    let pairs = bits.iter().zip(bits.get(1..).unwrap_or_default());
    let bytes = pairs.map(|(low, high)| low >> places | high << (BYTE - places));
    // The last byte is after the text.
    bytes.chain([0]).collect()
}
