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

use base64::{display::Base64Display, engine::general_purpose::STANDARD};
use uuid::{Builder, Uuid};

use crate::api::RequestIdForm;

/// The ids of one request. They are drawn once, so that `$context` and the response agree. They are computed when they
/// are read, since most requests show none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestIds {
    /// The state of the generator for these ids.
    state: u64,
}

impl RequestIds {
    /// Each thread has its own random seed.
    pub(crate) fn draw() -> Self {
        thread_local! {
            static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(()));
        }
        let next =
            |state: &Cell<u64>| state.replace(state.get().wrapping_add(STEP.wrapping_mul(NUMBERS)));
        Self {
            state: STATE.with(next),
        }
    }

    /// `$context.requestId` of a type of API.
    pub(crate) fn in_form(self, form: RequestIdForm) -> String {
        match form {
            RequestIdForm::Uuid => self.request_id().to_string(),
            RequestIdForm::Short => self.extended_request_id().to_string(),
        }
    }

    pub(crate) fn request_id(self) -> RequestId {
        RequestId(Builder::from_random_bytes(self.random(1)).into_uuid())
    }

    pub(crate) fn extended_request_id(self) -> ExtendedRequestId {
        let [id @ .., _, _, _, _, _] = self.random(3);
        ExtendedRequestId(id)
    }

    /// The id of a WebSocket connection. It consists of bytes of the UUID, which a WebSocket API does not show
    /// otherwise.
    pub(crate) fn connection_id(self) -> ExtendedRequestId {
        let [id @ .., _, _, _, _, _] = self.request_id().0.into_bytes();
        ExtendedRequestId(id)
    }

    /// Two numbers in a row of the generator, of which the first has this place.
    #[inline(never)] // Inlined, its bytes are not in memory, and each is shifted out of a register.
    fn random(self, place: u64) -> [u8; 16] {
        let number = |place| u128::from(mixed(self.state.wrapping_add(STEP.wrapping_mul(place))));
        (number(place) << 64 | number(place + 1)).to_ne_bytes()
    }
}

/// The generator `SplitMix64` (Steele, Lea and Flood, 2014) adds this to its state for each number.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// How many numbers the ids of a request are made of.
const NUMBERS: u64 = 4;

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// `$context.requestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestId(pub(super) Uuid);

/// `$context.extendedRequestId`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExtendedRequestId(pub(super) [u8; 11]);

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
        let uuid = Uuid::parse_str(&ids.request_id().to_string()).unwrap();
        assert_eq!(uuid.get_version_num(), 4);
        let extended = ids.extended_request_id().to_string();
        assert_eq!(extended.len(), 16);
        assert!(extended.ends_with('='), "{extended}");
        assert_ne!(
            extended,
            RequestIds::draw().extended_request_id().to_string()
        );
    }
}
