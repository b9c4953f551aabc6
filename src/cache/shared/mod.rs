//! Authorizer results shared by many processes, through a store such as Redis.
//!
//! A [`SharedCache`] is a [`SharedTier`] (the store: the feature `redis` has `RedisTier`) and a secret that all
//! processes of the application know. It stands between the memory of a process and the authorizer.
//!
//! # What the store is trusted with
//!
//! Nothing that decides about a request. Names of entries are HMAC-SHA-256 of the API, the stage, the authorizer
//! and the identity; values carry an HMAC over the identity, the expiry and all else. Both keys come from the
//! secret. What is not intact, not of this version of the format, of another identity, expired or too large
//! counts as an error, and the authorizer is asked. So is it when the store fails, or takes longer than
//! [`SharedCache::time_limit`]: a store that is down costs time, never an answer.
//!
//! **The newest answer counts.** What the authorizer says replaces what the store has. If it cannot be kept there, or
//! the authorizer said `Unauthorized`, the earlier value is removed. A store that takes neither a value nor a removal
//! in time keeps what it has until that expires; so it does if every client that waits goes away in the middle.
//!
//! **Who can read the store** learns no token, nor can a guess at one be tried without the secret. It reads the
//! authorizer's *responses*, for these are signed and not encrypted: principal, policy, context, usage identifier
//! key, and the method ARN of the request that they were made for. An authorizer that puts credentials into its
//! context, or API keys into the usage identifier key, hands them to the store. It also sees how many identities
//! there are, when each was new, and which entries belong to one authorizer.
//!
//! **Who can write to it** can take entries away, which costs calls of the authorizer, and can bring an earlier
//! entry of the same identity back until that entry's own expiry, 3600 s after it was made at the most: so
//! [removing](SharedTier::remove) a result is not proof against a writer. Choose the TTL as the time for which a
//! revoked caller may remain. Nobody without the secret can make an entry, alter one, prolong it, or move it to
//! another identity, stage, API or authorizer.
//!
//! **Clocks.** The expiry is wall-clock time. A process whose clock is late by a minute uses a result a minute
//! longer than it should, if the store still has it; the store's own expiry does not depend on that clock.
//!
//! **The secret.** 32 random bytes, the same in all processes, and used for nothing else: who has it can write
//! policies. With another secret all entries have other names, so rotation empties the cache and nothing else:
//! processes with the old and the new secret do not see each other's entries, and the old ones expire. Rotate it
//! to make all results void at once, an attacker's copies included.

mod codec;
#[cfg(feature = "redis")]
mod redis;
mod secret;
mod store;
#[cfg(test)]
mod tests;
mod tier;

#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use self::redis::RedisTier;
pub use self::{codec::MAX_VALUE_BYTES, store::SharedCache, tier::SharedTier};
pub use super::shared_tier_error::SharedTierError;
