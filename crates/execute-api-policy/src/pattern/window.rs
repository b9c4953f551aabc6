//! A window of about a thousand places, as bits.

/// The number of places in a byte.
pub(super) const BYTE: usize = u8::BITS as usize;

/// The number of bytes of a window. This many fit into the vector registers of all usual processors.
pub(super) const WINDOW: usize = 128;

/// Some of the places of a window.
pub(super) struct Window([u8; WINDOW]);

impl Window {
    /// All places but the first ones. There are fewer than eight of those.
    pub(super) fn after(places: usize) -> Self {
        let mut bytes = [u8::MAX; WINDOW];
        if let Some(byte) = bytes.first_mut() {
            *byte <<= places;
        }
        Self(bytes)
    }

    /// Keeps the places that are in all of these sets, from this byte on.
    #[inline]
    pub(super) fn keep(&mut self, sets: &[&[u8]], first_byte: usize) {
        for set in sets {
            let window = set.get(first_byte..).and_then(|set| set.first_chunk());
            let window: &[u8; WINDOW] = window.unwrap_or(&[0; WINDOW]);
            for (byte, other) in self.0.iter_mut().zip(window) {
                *byte &= other;
            }
        }
    }

    pub(super) fn first(&self) -> Option<usize> {
        let words = self.0.chunks_exact(size_of::<u64>());
        let words = words.map(|bytes| bytes.try_into().map_or(0, u64::from_le_bytes));
        let (at, word) = words.enumerate().find(|(_, word)| *word != 0)?;
        Some(at * u64::BITS as usize + word.trailing_zeros() as usize)
    }
}
