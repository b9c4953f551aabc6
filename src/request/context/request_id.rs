//! The ids of a request: `x-amzn-RequestId`, which is a UUID; `x-amz-apigw-id` and `apigw-requestid`, which are the
//! same short base64 string; and the id of a WebSocket connection.
//!
//! Ids must be unique but not secret. So each thread has a fast generator, seeded with the system's random numbers, and
//! an id needs no system call. Each character is made of random bits of its own: encoding random bytes would take three
//! times as many instructions.

use std::{
    cell::Cell,
    fmt,
    hash::{BuildHasher, RandomState},
    str,
};

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

    pub(crate) fn request_id(self) -> RequestId {
        Id(uuid(self.random(1)))
    }

    pub(crate) fn extended_request_id(self) -> ShortId {
        Id(base64(self.random(3)))
    }

    /// The id of a WebSocket connection.
    pub(crate) fn connection_id(self) -> ShortId {
        Id(base64(self.random(5)))
    }

    /// Two numbers in a row of the generator, of which the first has this place.
    fn random(self, place: u64) -> [u64; 2] {
        [place, place + 1].map(|place| mixed(self.state.wrapping_add(STEP.wrapping_mul(place))))
    }
}

/// The generator `SplitMix64` (Steele, Lea and Flood, 2014) adds this to its state for each number.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// How many numbers the ids of a request are made of.
const NUMBERS: u64 = 6;

fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A UUID of version 4. The first digit behind the third hyphen is its variant: two of its bits are fixed.
fn uuid([first, second]: [u64; 2]) -> [u8; 36] {
    let third = second & !0b1100 | 0b1000;
    let [a, b, c, d] = [first, first >> 4, third, second >> 4].map(hexadecimal);
    let mut text = *b"........-....-4...-....-............";
    text[..8].copy_from_slice(&a);
    text[9..13].copy_from_slice(&b[..4]);
    text[15..18].copy_from_slice(&b[5..]);
    text[19..23].copy_from_slice(&c[..4]);
    text[24..28].copy_from_slice(&c[4..]);
    text[28..].copy_from_slice(&d);
    text
}

/// A digit for the lower half of each byte, all at once.
fn hexadecimal(number: u64) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let digits = number & (0xf * EACH);
    let letters = (digits + 6 * EACH) >> 4 & EACH;
    let from_nine_to_a = u64::from(b'a' - b'9' - 1);
    (digits + u64::from(b'0') * EACH + letters * from_nine_to_a).to_le_bytes()
}

/// The base64 of eleven bytes: fifteen characters, of which the last one stands for four bits, and a padding.
fn base64([first, second]: [u64; 2]) -> [u8; 16] {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits = [first, second & !(0b11 << 48)].map(u64::to_le_bytes);
    let mut text = [b'='; 16];
    for (character, bits) in text.iter_mut().zip(bits.as_flattened()).take(15) {
        let known = ALPHABET.get(usize::from(bits & 0b11_1111));
        *character = known.copied().unwrap_or_default();
    }
    text
}

/// `$context.requestId`.
pub(crate) type RequestId = Id<36>;

/// `$context.extendedRequestId`.
pub(crate) type ShortId = Id<16>;

/// The text of an id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<const LENGTH: usize>(pub(super) [u8; LENGTH]);

impl<const LENGTH: usize> fmt::Display for Id<LENGTH> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.0).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, iter};

    use super::*;

    #[test]
    fn the_generator_returns_the_published_numbers() {
        assert_eq!(
            mixed(1_234_567_u64.wrapping_add(STEP)),
            6_457_827_717_110_365_317
        );
    }

    /// The characters at each place of so many ids that none is missing by chance.
    fn seen<const LENGTH: usize>(id: impl Fn(RequestIds) -> Id<LENGTH>) -> Vec<String> {
        let mut seen = vec![BTreeSet::new(); LENGTH];
        for ids in iter::repeat_with(RequestIds::draw).take(3000) {
            let text = id(ids).to_string();
            for (seen, character) in seen.iter_mut().zip(text.chars()) {
                seen.insert(character);
            }
        }
        seen.into_iter().map(String::from_iter).collect()
    }

    #[test]
    fn a_request_id_is_a_uuid_of_version_4() {
        for (place, seen) in seen(RequestIds::request_id).into_iter().enumerate() {
            let expected = match place {
                8 | 13 | 18 | 23 => "-",
                14 => "4",
                19 => "89ab",
                _ => "0123456789abcdef",
            };
            assert_eq!(seen, expected, "{place}");
        }
    }

    #[test]
    fn the_other_ids_are_eleven_bytes_in_base64() {
        const ALL: &str = "+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for id in [RequestIds::extended_request_id, RequestIds::connection_id] {
            for (place, seen) in seen(id).into_iter().enumerate() {
                let expected = match place {
                    14 => "048AEIMQUYcgkosw",
                    15 => "=",
                    _ => ALL,
                };
                assert_eq!(seen, expected, "{place}");
            }
        }
    }

    #[test]
    fn ids_differ() {
        let texts = |ids: RequestIds| {
            let [extended, connection] = [ids.extended_request_id(), ids.connection_id()];
            [
                ids.request_id().to_string(),
                extended.to_string(),
                connection.to_string(),
            ]
        };
        let drawn = iter::repeat_with(RequestIds::draw).take(1000);
        let all: BTreeSet<_> = drawn.flat_map(texts).collect();
        assert_eq!(all.len(), 3000);
    }
}
