//! What the keys of one authorizer have in common.

use std::{
    fmt,
    hash::{BuildHasher, Hash, RandomState},
    sync::{Arc, LazyLock},
};

use foldhash::fast;

use super::{IdentityParts, Key, KeyParts, hash::identity_hash, push};

/// Replaces a scope's name in this process's keys, since keys are hashed and compared at every request.
pub(super) type ScopeId = [u8; 16];

/// The prefix of a key: one authorizer of one stage of one API, with the settings of one layer.
#[derive(Clone)]
pub(crate) struct Scope {
    pub(super) id: ScopeId,
    /// Identifies the scope in every process.
    name: Arc<[u8]>,
    /// The same for the same id.
    pub(super) hash: fast::SeedableRandomState,
}

impl Scope {
    /// `shared` identifies the scope in every process; `own` distinguishes it from others in this process only.
    pub(crate) fn new<P: AsRef<str>>(shared: &[P], own: &impl Hash) -> Self {
        let name = joined(shared);
        let id = id(&(&*name, own));
        Self {
            id,
            name: name.into(),
            hash: identity_hash(id),
        }
    }

    /// The key of an identity, given as its values in their order.
    pub(crate) fn key<V: AsRef<[u8]>>(&self, identity: impl IntoIterator<Item = V>) -> Key {
        let identity: Vec<_> = identity.into_iter().collect();
        let identity: Vec<_> = identity.iter().map(|value| value.as_ref().into()).collect();
        self.key_parts(IdentityParts::Several(&identity)).build()
    }

    /// The parts of the key of an identity, to look it up.
    pub(crate) fn key_parts<'k>(&'k self, identity: IdentityParts<'k>) -> KeyParts<'k> {
        KeyParts::new(self, identity)
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
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

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        (self.id, &self.name) == (other.id, &other.name)
    }
}

impl Eq for Scope {}

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
fn id(name: &impl Hash) -> ScopeId {
    static SEEDS: LazyLock<[RandomState; 2]> = LazyLock::new(Default::default);
    let [first, second] = &*SEEDS;
    let id = u128::from(first.hash_one(name)) << 64 | u128::from(second.hash_one(name));
    id.to_le_bytes()
}
