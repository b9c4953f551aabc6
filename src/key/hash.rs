//! How keys are hashed.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    sync::LazyLock,
};

use foldhash::{SharedSeed, fast};

/// Hashes the identities of a scope, for all maps. Clients choose them, so it is seeded. It need not be of the quality
/// that a map wants, since each map hashes its result again.
pub(super) fn identity_hash(scope: impl Hash) -> fast::SeedableRandomState {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    fast::SeedableRandomState::with_seed(SEED.hash_one(scope), shared_seed())
}

/// Hashes the hash of a key for one map.
pub(crate) type KeyHash = fast::SeedableRandomState;

/// Each map has its own seed, so a client that finds slow keys for one map learns nothing about another.
pub(crate) fn key_hash() -> KeyHash {
    KeyHash::with_seed(seed(), shared_seed())
}

fn shared_seed() -> &'static SharedSeed {
    static SEED: LazyLock<SharedSeed> = LazyLock::new(|| SharedSeed::from_u64(seed()));
    &SEED
}

/// 64 random bits. std offers the system's random numbers only as the keys of its SipHash.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(())
}
