//! The texts of a request's ids in its response, without allocations of their own.

use std::cell::RefCell;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::{Bytes, BytesMut};
use uuid::fmt::Hyphenated;

use super::RequestIds;

/// The size of a block of texts. Responses of one thread share a block, and it is written again when they are gone. So
/// a text that is kept for long keeps no more than this.
const BLOCK: usize = 1024;

const UUID_LENGTH: usize = Hyphenated::LENGTH;

/// Four characters for three of the eleven bytes, with padding.
const EXTENDED_LENGTH: usize = 16;

impl RequestIds {
    /// The texts of both ids.
    pub(crate) fn texts(self) -> (Bytes, Bytes) {
        let mut texts = [0; UUID_LENGTH + EXTENDED_LENGTH];
        let (request_id, extended) = texts.split_at_mut(UUID_LENGTH);
        self.request_id().0.hyphenated().encode_lower(request_id);
        let written = STANDARD.encode_slice(self.extended_request_id().0, extended);
        debug_assert_eq!(written, Ok(EXTENDED_LENGTH));
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
            assert_eq!(request_id, ids.request_id().to_string());
            assert_eq!(extended, ids.extended_request_id().to_string());
        }
    }
}
