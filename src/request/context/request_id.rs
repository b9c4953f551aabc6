//! The ids of a request: `x-amzn-RequestId`, which is a UUID; `x-amz-apigw-id` and `apigw-requestid`, which are the
//! same short base64 string; and the id of a WebSocket connection.
//!
//! Ids must be unique but not secret. So each thread has a fast generator, seeded with the system's random numbers, and
//! an id needs no system call.

use std::{
    cell::Cell,
    fmt,
    hash::{BuildHasher, RandomState},
};

use base64::{Engine, display::Base64Display, engine::general_purpose::STANDARD};
use bytes::Bytes;
use uuid::{Builder, Uuid, fmt::Hyphenated};

/// The ids of one request. They are drawn once, so that `$context` and the response agree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestIds {
    pub(crate) request_id: RequestId,
    pub(crate) extended_request_id: ExtendedRequestId,
}

impl RequestIds {
    pub(crate) fn draw() -> Self {
        let request_id = Builder::from_random_bytes(random_bytes()).into_uuid();
        let [extended @ .., _, _, _, _, _] = random_bytes();
        Self {
            request_id: RequestId(request_id),
            extended_request_id: ExtendedRequestId(extended),
        }
    }

    /// The texts of both ids, in one allocation.
    pub(crate) fn texts(self) -> (Bytes, Bytes) {
        let mut texts = [0; Hyphenated::LENGTH + EXTENDED_LENGTH];
        let (request_id, extended) = texts.split_at_mut(Hyphenated::LENGTH);
        self.request_id.0.hyphenated().encode_lower(request_id);
        let written = STANDARD.encode_slice(self.extended_request_id.0, extended);
        debug_assert!(written.is_ok_and(|length| length == EXTENDED_LENGTH));
        let mut request_id = Bytes::from_owner(texts);
        let extended = request_id.split_off(Hyphenated::LENGTH);
        (request_id, extended)
    }

    /// The id of a WebSocket connection. It consists of bytes of the UUID, which a WebSocket API does not show
    /// otherwise.
    pub(crate) fn connection_id(self) -> ExtendedRequestId {
        let [id @ .., _, _, _, _, _] = self.request_id.0.into_bytes();
        ExtendedRequestId(id)
    }
}

/// The generator `SplitMix64` (Steele, Lea and Flood, 2014). Each thread has its own random seed.
fn random_bytes() -> [u8; 16] {
    thread_local! {
        static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(()));
    }
    let first = STATE.get().wrapping_add(STEP);
    let second = first.wrapping_add(STEP);
    STATE.set(second);
    let random = u128::from(mixed(first)) << 64 | u128::from(mixed(second));
    random.to_ne_bytes()
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// `$context.requestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(Uuid);

/// `$context.extendedRequestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExtendedRequestId([u8; 11]);

/// The length in base64: four characters for three bytes, with padding.
const EXTENDED_LENGTH: usize = 16;

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

impl fmt::Display for ExtendedRequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Base64Display::new(&self.0, &STANDARD).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_returns_the_published_numbers() {
        assert_eq!(
            mixed(1_234_567_u64.wrapping_add(STEP)),
            6_457_827_717_110_365_317
        );
    }

    #[test]
    fn ids_have_the_recorded_shape() {
        let ids = RequestIds::draw();
        let uuid = Uuid::parse_str(&ids.request_id.to_string()).unwrap();
        assert_eq!(uuid.get_version_num(), 4);
        let extended = ids.extended_request_id.to_string();
        assert_eq!(extended.len(), 16);
        assert!(extended.ends_with('='), "{extended}");
        let (request_id, short) = ids.texts();
        assert_eq!(request_id, ids.request_id.to_string());
        assert_eq!(short, extended);
        assert_ne!(extended, RequestIds::draw().extended_request_id.to_string());
    }
}
