//! The format of a value in the store.
//!
//! | bytes | |
//! |---|---|
//! | 1 | the format's version |
//! | 8 | the expiry: milliseconds since 1970, as a big-endian number |
//! | 8 | the end of the response's own lifetime, like the expiry. The largest number if it has none |
//! | 16 | the incarnation of the log of revocations when the call began. Zero without such a log |
//! | 16 | the position in that log |
//! | 1 | the number of groups by which the result can be revoked |
//! | | the groups, 16 bytes each |
//! | 4 | the length of the method ARN |
//! | | the method ARN of the request that the response was made for |
//! | | the response as JSON |
//! | 32 | the seal: an HMAC of the key and all of the above |

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{
    revocations::{Epoch, Incarnation, LogPosition, Vouched},
    secret::{FORMAT_VERSION, GROUP_LENGTH, SEAL_LENGTH, Secret},
};
use crate::{
    authorizer::AuthorizerResponse,
    cache::{cached::Answer, settings::MAX_RESULT_TTL},
};

/// The largest value in a shared tier. A larger response is cached in memory only, and a larger value in the store is
/// not read.
pub const MAX_VALUE_BYTES: usize = 256 * 1024;

/// Stands for the end of a response that has no lifetime of its own.
const NO_END: u64 = u64::MAX;

/// The contents of an intact value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) answer: Answer,
    pub(super) remaining: Duration,
    /// `None` if the process that stored it did not follow revocations.
    pub(super) vouched: Option<Vouched>,
}

/// The value to store for this key. `None` if the response is too large, if reading it would not give an equal
/// response, if it has too many groups, or if the TTL is less than a millisecond or more than an hour.
pub(super) fn seal(
    secret: &Secret,
    key: &[u8],
    (answer, vouched): (&Answer, Option<&Vouched>),
    ttl: Duration,
    now: SystemTime,
) -> Option<Vec<u8>> {
    if ttl < Duration::from_millis(1) || ttl > MAX_RESULT_TTL {
        return None;
    }
    let expires = milliseconds(now.checked_add(ttl)?)?;
    let end = match answer.expiry {
        Some(expiry) => milliseconds(expiry)?,
        None => NO_END,
    };
    let made_for = answer.made_for.as_bytes();
    let made_for_length = u32::try_from(made_for.len()).ok()?;
    let mut value = vec![FORMAT_VERSION];
    value.extend_from_slice(&expires.to_be_bytes());
    value.extend_from_slice(&end.to_be_bytes());
    push_vouched(&mut value, vouched)?;
    value.extend_from_slice(&made_for_length.to_be_bytes());
    value.extend_from_slice(made_for);
    value.extend_from_slice(&response_json(&answer.response)?);
    let seal = secret.seal(key, &value);
    value.extend_from_slice(&seal);
    (value.len() <= MAX_VALUE_BYTES).then_some(value)
}

fn push_vouched(value: &mut Vec<u8>, vouched: Option<&Vouched>) -> Option<()> {
    let epoch = vouched.map(|vouched| vouched.epoch).unwrap_or_default();
    let groups = vouched.map_or(&[][..], |vouched| &vouched.groups);
    value.extend_from_slice(&epoch.incarnation.0.to_be_bytes());
    value.extend_from_slice(&epoch.position.0.to_be_bytes());
    value.push(u8::try_from(groups.len()).ok()?);
    groups.iter().for_each(|group| value.extend(group));
    Some(())
}

/// Reads what [`push_vouched`] writes, and returns the rest of the value.
fn vouched(value: &[u8]) -> Option<(Option<Vouched>, &[u8])> {
    let (incarnation, rest) = value.split_first_chunk()?;
    let (position, rest) = rest.split_first_chunk()?;
    let (&[count], rest) = rest.split_first_chunk()?;
    let (groups, rest) = rest.split_at_checked(usize::from(count) * GROUP_LENGTH)?;
    let epoch = Epoch {
        incarnation: Incarnation(u128::from_be_bytes(*incarnation)),
        position: LogPosition(u128::from_be_bytes(*position)),
    };
    let groups = groups.chunks_exact(GROUP_LENGTH);
    let groups = groups.filter_map(|group| group.try_into().ok()).collect();
    let vouched = epoch
        .incarnation
        .is_known()
        .then_some(Vouched { epoch, groups });
    Some((vouched, rest))
}

/// `None` if reading the JSON would not give an equal response, apart from its lifetime and its tags. An example is an
/// `isAuthorized` that is not a boolean.
fn response_json(response: &AuthorizerResponse) -> Option<Vec<u8>> {
    let json = serde_json::to_vec(response).ok()?;
    let read = AuthorizerResponse::from_json(&json).ok()?;
    let read = AuthorizerResponse {
        lifetime: response.lifetime.clone(),
        tags: response.tags.clone(),
        ..read
    };
    (read == *response).then_some(json)
}

/// Reads a value, if it was sealed for this key and has not expired. Checks the seal before anything else.
pub(super) fn open(secret: &Secret, key: &[u8], value: &[u8], now: SystemTime) -> Option<Opened> {
    if value.len() > MAX_VALUE_BYTES {
        return None;
    }
    let (sealed, seal) = value.split_last_chunk::<SEAL_LENGTH>()?;
    if !secret.is_sealed(key, sealed, seal) {
        return None;
    }
    let (&[version], rest) = sealed.split_first_chunk()?;
    if version != FORMAT_VERSION {
        return None;
    }
    let (expires, rest) = rest.split_first_chunk()?;
    let remaining = remaining(u64::from_be_bytes(*expires), now)?;
    let (end, rest) = rest.split_first_chunk()?;
    let expiry = match u64::from_be_bytes(*end) {
        NO_END => None,
        end => Some(UNIX_EPOCH.checked_add(Duration::from_millis(end))?),
    };
    let (vouched, rest) = vouched(rest)?;
    let (made_for_length, rest) = rest.split_first_chunk()?;
    let made_for_length = usize::try_from(u32::from_be_bytes(*made_for_length)).ok()?;
    let (made_for, response) = rest.split_at_checked(made_for_length)?;
    let answer = Answer {
        response: AuthorizerResponse::from_json(response).ok()?,
        made_for: std::str::from_utf8(made_for).ok()?.into(),
        expiry,
    };
    Some(Opened {
        answer,
        remaining,
        vouched,
    })
}

fn remaining(expires: u64, now: SystemTime) -> Option<Duration> {
    let remaining = expires.checked_sub(milliseconds(now)?)?;
    let remaining = Duration::from_millis(remaining);
    // A value with a later expiry was written by a process with a wrong clock.
    (!remaining.is_zero() && remaining <= MAX_RESULT_TTL).then_some(remaining)
}

fn milliseconds(time: SystemTime) -> Option<u64> {
    let since_1970 = time.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since_1970.as_millis()).ok()
}
