//! The texts of a request's ids in its response, without allocations of their own.

use std::cell::RefCell;

use bytes::{Bytes, BytesMut};

use super::RequestIds;

/// The size of a block of texts. Responses of one thread share a block, and it is written again when they are gone. So
/// a text that is kept for long keeps no more than this.
const BLOCK: usize = 1024;

/// Two characters for each byte, and four hyphens.
const UUID_LENGTH: usize = 36;

/// Four characters for three bytes, with padding.
const EXTENDED_LENGTH: usize = 16;

impl RequestIds {
    /// The texts of both ids.
    pub(crate) fn texts(self) -> (Bytes, Bytes) {
        let mut texts = [0; UUID_LENGTH + EXTENDED_LENGTH];
        let (request_id, extended) = texts.split_at_mut(UUID_LENGTH);
        request_id.copy_from_slice(&hyphenated(*self.request_id.0.as_bytes()));
        extended.copy_from_slice(&base64(self.extended_request_id.0));
        let mut request_id = in_block(&texts);
        let extended = request_id.split_off(UUID_LENGTH);
        (request_id, extended)
    }
}

fn in_block(texts: &[u8]) -> Bytes {
    thread_local! {
        static REST: RefCell<BytesMut> = RefCell::new(BytesMut::with_capacity(BLOCK));
    }
    let written = REST.try_with(|rest| {
        let mut rest = rest.borrow_mut();
        rest.extend_from_slice(texts);
        rest.split().freeze()
    });
    // A thread that ends has no block any more.
    written.unwrap_or_else(|_| Bytes::copy_from_slice(texts))
}

/// A UUID in lower case, in half of the instructions that the crate `uuid` takes.
fn hyphenated(id: [u8; 16]) -> [u8; UUID_LENGTH] {
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let mut text = [b'-'; UUID_LENGTH];
    for (byte, at) in id.into_iter().zip(PLACES) {
        let digits = HEXADECIMAL.get(usize::from(byte));
        let place = text.get_mut(at..at + 2);
        if let (Some(digits), Some(place)) = (digits, place) {
            place.copy_from_slice(digits);
        }
    }
    text
}

/// The digits of each byte.
#[allow(clippy::indexing_slicing, reason = "the compiler evaluates it")]
static HEXADECIMAL: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut pairs = [[0; 2]; 256];
    let mut byte = 0;
    while byte < pairs.len() {
        pairs[byte] = [digits[byte / 16], digits[byte % 16]];
        byte += 1;
    }
    pairs
};

/// The base64 of eleven bytes, in half of the instructions that a general encoder takes.
fn base64(id: [u8; 11]) -> [u8; EXTENDED_LENGTH] {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let character = |bits: u64| {
        let [index, ..] = bits.to_le_bytes();
        ALPHABET
            .get(usize::from(index & 63))
            .copied()
            .unwrap_or_default()
    };
    let [first @ .., _, _, _] = id;
    let [_, _, _, last @ ..] = id;
    let (first, last) = (u64::from_be_bytes(first), u64::from_be_bytes(last));
    // A character stands for six bits, and the last one for four.
    let [a, b, c, d, e, f, g, h] =
        [58, 52, 46, 40, 34, 28, 22, 16].map(|at| character(first >> at));
    let [i, j, k, l, m, n] = [34, 28, 22, 16, 10, 4].map(|at| character(last >> at));
    let o = character(last << 2);
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, b'=']
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;

    /// Many more than a block holds. The texts of some requests stay in use, and those of others do not.
    #[test]
    fn texts_are_those_of_the_ids() {
        let draw = || {
            let ids = RequestIds::draw();
            (ids, ids.texts())
        };
        let kept: Vec<_> = iter::repeat_with(draw).take(1000).collect();
        for (ids, (request_id, extended)) in iter::repeat_with(draw).take(1000).chain(kept) {
            assert_eq!(request_id, ids.request_id.to_string());
            assert_eq!(extended, ids.extended_request_id.to_string());
        }
    }
}
