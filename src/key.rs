//! The keys of the cache.

mod hash;
mod scope;

use std::{
    borrow::Cow,
    fmt,
    hash::{BuildHasher, Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

use foldhash::fast;
use papaya::Equivalent;

#[cfg(feature = "shared-cache")]
pub(crate) use self::hash::seed;
use self::scope::ScopeId;
pub(crate) use self::{
    hash::{KeyHash, key_hash},
    scope::Scope,
};
use crate::scratch;

/// The key of a cached result or a call: the id of a scope, then the values of an identity in their order, each after
/// its length. So two identities never have the same key.
///
/// Before them is the hash of all that, because a miss looks a key up in several maps. After them may come the method
/// ARN of the request that the key was built for. It is not a part of the key: it is kept here because the result needs it, and
/// a separate allocation would cost more.
#[derive(Clone, Default)]
pub(crate) struct Key(Arc<[u8]>);

/// Separates an identity from the method ARN: no value has this length.
const END: [u8; 8] = u64::MAX.to_le_bytes();

/// A key in parts, which are still in the request. It is hashed like the key that it would be, and equals only that one,
/// so a look-up does not build the key.
pub(crate) struct KeyParts<'k> {
    hash: u64,
    scope: &'k ScopeId,
    identity: IdentityParts<'k>,
}

/// The values of an identity, in their order.
#[derive(Clone, Copy)]
pub(crate) enum IdentityParts<'k> {
    /// Almost all identities are one value, which needs no list.
    One(&'k [u8]),
    Several(&'k [Cow<'k, [u8]>]),
    OfKey(Values<'k>),
}

impl<'k> IdentityParts<'k> {
    pub(crate) fn for_each(self, mut visit: impl FnMut(&'k [u8])) {
        match self {
            Self::One(value) => visit(value),
            Self::Several(values) => values.iter().for_each(|value| visit(value)),
            Self::OfKey(values) => values.for_each(visit),
        }
    }

    /// The lengths are not hashed: they matter only for equality.
    fn hash(self, hash: &fast::SeedableRandomState) -> u64 {
        let Self::One(value) = self else {
            return self.hash_several(hash);
        };
        let mut hasher = hash.build_hasher();
        hasher.write(value);
        hasher.finish()
    }

    #[inline(never)] // A look-up of one value does not pay for it.
    fn hash_several(self, hash: &fast::SeedableRandomState) -> u64 {
        let mut hasher = hash.build_hasher();
        self.for_each(|value| hasher.write(value));
        hasher.finish()
    }

    fn is(self, mut key: Values<'_>) -> bool {
        match self {
            Self::One(value) => key.next() == Some(value) && key.next().is_none(),
            _ => self.is_several(key),
        }
    }

    #[inline(never)] // A look-up of one value does not pay for it.
    fn is_several(self, mut key: Values<'_>) -> bool {
        let mut is_same = true;
        self.for_each(|value| is_same &= key.next() == Some(value));
        is_same && key.next().is_none()
    }
}

impl<'k> KeyParts<'k> {
    fn new(scope: &'k Scope, identity: IdentityParts<'k>) -> Self {
        Self {
            hash: identity.hash(&scope.hash),
            scope: &scope.id,
            identity,
        }
    }

    pub(crate) fn build(&self) -> Key {
        self.build_with(&[])
    }

    /// The key for a request with this method ARN, in parts.
    pub(crate) fn build_with(&self, method_arn: &[&str]) -> Key {
        scratch::with_bytes(|key| {
            key.extend_from_slice(&self.hash.to_ne_bytes());
            key.extend_from_slice(self.scope);
            self.identity.for_each(|value| push(key, value));
            if !method_arn.is_empty() {
                key.extend_from_slice(&END);
                let parts = method_arn.iter().filter(|part| !part.is_empty());
                parts.for_each(|part| key.extend_from_slice(part.as_bytes()));
            }
            Key((&**key).into())
        })
    }
}

impl Key {
    pub(crate) fn parts(&self) -> KeyParts<'_> {
        let (hash, _) = self.split();
        let (scope, identity) = self.scope_and_identity().unwrap_or((&[0; 16], Values(&[])));
        KeyParts {
            hash,
            scope,
            identity: IdentityParts::OfKey(identity),
        }
    }

    /// The values of the identity.
    pub(crate) fn identity(&self) -> Values<'_> {
        let parts = self.scope_and_identity();
        parts.map_or(Values(&[]), |(_, identity)| identity)
    }

    /// The method ARN of the request that it was built for. Empty if it was built for none.
    pub(crate) fn method_arn(&self) -> &[u8] {
        let after = self.identity().rest();
        after.strip_prefix(&END).unwrap_or_default()
    }

    /// How many bytes it has with all that is stored beside it, but without its hash.
    pub(crate) fn stored_bytes(&self) -> usize {
        self.split().1.len()
    }

    fn scope_and_identity(&self) -> Option<(&ScopeId, Values<'_>)> {
        let (_, key) = self.0.split_first_chunk::<8>()?;
        let (scope, identity) = key.split_first_chunk()?;
        Some((scope, Values(identity)))
    }

    fn split(&self) -> (u64, &[u8]) {
        let (hash, key) = self.0.split_first_chunk().unwrap_or((&[0; 8], &[]));
        (u64::from_ne_bytes(*hash), key)
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.parts().equivalent(other)
    }
}

impl Eq for Key {}

impl Hash for KeyParts<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.split().0);
    }
}

impl Equivalent<Key> for KeyParts<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        let its = key.scope_and_identity();
        its.is_some_and(|(scope, identity)| self.scope == scope && self.identity.is(identity))
    }
}

#[cfg(test)]
impl Key {
    /// The key of an identity with this value.
    pub(crate) fn of(value: impl AsRef<[u8]>) -> Self {
        Scope::new::<&str>(&[], &()).key([value])
    }
}

/// Without the hash and the method ARN.
impl Deref for Key {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let (_, key) = self.split();
        let length = key.len() - self.identity().rest().len();
        key.get(..length).unwrap_or_default()
    }
}

/// Hides the identity, which is a credential.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").finish_non_exhaustive()
    }
}

/// The values of an identity in a key.
#[derive(Clone, Copy)]
pub(crate) struct Values<'k>(&'k [u8]);

impl<'k> Iterator for Values<'k> {
    type Item = &'k [u8];

    fn next(&mut self) -> Option<&'k [u8]> {
        let (length, rest) = self.0.split_first_chunk()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (value, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(value)
    }
}

impl<'k> Values<'k> {
    /// The bytes after the values.
    fn rest(mut self) -> &'k [u8] {
        self.by_ref().for_each(drop);
        self.0
    }
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    let length = part.len() as u64;
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(part);
}

#[cfg(test)]
mod tests;
