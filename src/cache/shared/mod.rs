//! Shares the authorizer's results between processes, through a store such as Redis.
//!
//! A [`SharedCache`] consists of a [`SharedTier`], which is the store, and a secret that all processes of the application
//! know. The feature `redis` has a store: `RedisTier`. A process asks the shared cache if its memory has no result, and
//! before it calls the authorizer.
//!
//! # How far the store is trusted
//!
//! The store cannot decide about a request. The name of an entry is an HMAC-SHA-256 of the API, the stage, the authorizer
//! and the identity. Its value contains an HMAC of the identity, the expiry and the rest of the value. Both HMACs use
//! keys that are derived from the secret. If a value is not intact, has another version of the format, belongs to another
//! identity, has expired or is too large, that counts as an error, and the authorizer is called.
//!
//! The authorizer is also called if the store fails or does not respond within [`SharedCache::timeout`]. So if the
//! store is down, requests take longer, but they are still answered.
//!
//! **The newest answer counts.** The authorizer's answer replaces the value in the store. If the answer cannot be stored
//! or is `Unauthorized`, the earlier value is removed. The store keeps the earlier value until it expires if neither
//! succeeds in time, or if every client that waits disconnects before that.
//!
//! **Someone who can read the store** learns no tokens, and cannot test guesses without the secret. But they can read the
//! authorizer's *responses*, which are signed and not encrypted: the principal, policy, context and usage identifier key,
//! and the method ARN of the request that the response was made for. So do not put credentials into the context, or API
//! keys into the usage identifier key. They also see how many identities there are, when each was added, and which
//! entries belong to the same authorizer.
//!
//! **Someone who can write to the store** can remove entries, which causes calls to the authorizer. They can also restore
//! an earlier entry of the same identity until that entry expires, at most 3600 s after it was created. So
//! [removing](SharedTier::remove) a result does not protect against them. Choose a TTL for which a revoked caller may
//! keep its access. Without the secret, no one can create, change or prolong an entry, or move it to another identity,
//! stage, API or authorizer.
//!
//! **Clocks.** The expiry is a wall-clock time. A process whose clock is a minute slow uses a result for a minute too
//! long, if the store still has it. The store's own expiry does not depend on that clock.
//!
//! **The secret** is 32 random bytes, the same in all processes. Use it for nothing else: anyone who knows it can write
//! policies. A new secret gives all entries new names, so rotating it empties the cache. Processes with the old and the
//! new secret do not see each other's entries, and the old entries expire. Rotate the secret to invalidate all results
//! immediately, including copies that an attacker has made. To keep the results while you change the secret, use
//! [`SharedCache::also_reading`].

mod breaker;
mod codec;
mod limited_call;
#[cfg(feature = "redis")]
mod redis;
pub(crate) mod revocations;
mod rotation;
mod secret;
mod store;
#[cfg(test)]
mod tests;
mod tier;

#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use self::redis::RedisTier;
pub use self::{
    codec::MAX_VALUE_BYTES,
    revocations::{Appended, LogEntry, LogPosition, RevocationLog},
    store::SharedCache,
    tier::SharedTier,
};
pub use super::shared_tier_error::SharedTierError;
