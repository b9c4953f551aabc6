//! The keys of the cache.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{Arc, LazyLock},
};

use foldhash::SharedSeed;

use crate::cache::scratch;

/// The key of a cached result or a call.
pub(crate) type Key = Arc<[u8]>;

/// The hash function for keys. Clients choose the keys, so it has to be seeded.
pub(super) type KeyHash = foldhash::quality::SeedableRandomState;

/// Seeded with random numbers from the system, so that a client cannot find keys that collide.
pub(super) fn key_hash() -> KeyHash {
    static SHARED: LazyLock<SharedSeed> = LazyLock::new(|| SharedSeed::from_u64(seed()));
    KeyHash::with_seed(seed(), &SHARED)
}

/// 64 random bits. std offers the system's random numbers only as the keys of its SipHash.
fn seed() -> u64 {
    RandomState::new().hash_one(())
}

/// The prefix of a key: one authorizer of one stage of one API, with the settings of one layer.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Replaces the name in this process's keys, since keys are hashed and compared at every request.
    id: [u8; 16],
    /// Identifies the scope in every process.
    name: Arc<[u8]>,
}

impl Scope {
    /// `shared` identifies the scope in every process; `own` distinguishes it from others in this process only.
    pub(crate) fn new<P: AsRef<str>>(shared: &[P], own: &[P]) -> Self {
        let name = joined(shared);
        Self {
            id: id(&[&*name, &joined(own)]),
            name: name.into(),
        }
    }

    /// The key of an identity: its values in their order, each after its length, so that two identities never have the
    /// same key.
    pub(crate) fn key<V: AsRef<[u8]>>(&self, identity: impl IntoIterator<Item = V>) -> Vec<u8> {
        let mut key = Vec::new();
        self.write_key(identity, &mut key);
        key
    }

    /// Calls `look` with the key of an identity, without allocating.
    pub(crate) fn with_key<V: AsRef<[u8]>, R>(
        &self,
        identity: impl IntoIterator<Item = V>,
        look: impl FnOnce(&[u8]) -> R,
    ) -> R {
        scratch::with_bytes(|key| {
            self.write_key(identity, key);
            look(key)
        })
    }

    fn write_key<V: AsRef<[u8]>>(&self, identity: impl IntoIterator<Item = V>, key: &mut Vec<u8>) {
        key.extend_from_slice(&self.id);
        for value in identity {
            push(key, value.as_ref());
        }
    }

    pub(crate) fn contains(&self, key: &[u8]) -> bool {
        key.starts_with(&self.id)
    }

    /// The key with the scope's name instead of its id, for other processes.
    #[cfg_attr(
        not(feature = "shared-cache"),
        expect(dead_code, reason = "only a shared tier has keys for other processes")
    )]
    pub(crate) fn spelled_out(&self, key: &[u8]) -> Vec<u8> {
        let identity = key.get(self.id.len()..).unwrap_or_default();
        [&self.name, identity].concat()
    }
}

/// Shows the id only. The name contains stage variables, which may be secret.
impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("id", &u128::from_le_bytes(self.id))
            .finish_non_exhaustive()
    }
}

fn joined<P: AsRef<str>>(parts: &[P]) -> Vec<u8> {
    let mut joined = Vec::new();
    for part in parts {
        push(&mut joined, part.as_ref().as_bytes());
    }
    joined
}

/// Hashes the name to 128 bits with seeds of this process. Clients cannot choose names, so collisions can only happen by
/// chance, which is negligible.
fn id(name: &[&[u8]; 2]) -> [u8; 16] {
    static SEEDS: LazyLock<[RandomState; 2]> = LazyLock::new(Default::default);
    let [first, second] = &*SEEDS;
    let id = u128::from(first.hash_one(name)) << 64 | u128::from(second.hash_one(name));
    id.to_le_bytes()
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = part.len() as u64;
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who finds keys that collide in one map has found nothing about another.
    #[test]
    fn each_map_hashes_in_its_own_way() {
        let [one, other] = [key_hash(), key_hash()].map(|hash| hash.hash_one("key"));
        assert_ne!(one, other);
    }

    #[test]
    fn two_identities_never_share_a_key() {
        let scope = Scope::new(&["api", "prod", "a"], &[]);
        let keys = [
            scope.key(["ab", "c"]),
            scope.key(["a", "bc"]),
            scope.key(["abc"]),
            scope.key(["abc", ""]),
            scope.key(["", "abc"]),
            scope.key(["c", "ab"]),
            Scope::new(&["api", "prod", "b"], &[]).key(["abc"]),
            Scope::new(&["api", "dev", "a"], &[]).key(["abc"]),
            Scope::new(&["apip", "rod", "a"], &[]).key(["abc"]),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[index + 1..].contains(key), "{index}");
        }
        assert!(scope.contains(&keys[0]));
        assert!(!scope.contains(&keys[6]));
    }
}
