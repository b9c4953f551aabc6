//! The secret of a shared cache. The names and the seals of entries are made with it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{ConfigError, cache::key::Scope};

/// The bytes of a group's keyed hash.
pub(super) const GROUP_LENGTH: usize = 16;

/// A keyed hash of what results have in common: an identity, a principal or a tag. Nobody reads a token from it.
pub(crate) type Group = [u8; GROUP_LENGTH];

/// The version of the names and of the format of values. A change of either needs a new version, which has other names
/// and another key.
pub(super) const FORMAT_VERSION: u8 = 3;

/// The length of a seal and of the hashes in a name, in bytes.
pub(super) const SEAL_LENGTH: usize = 32;

const MIN_SECRET_LENGTH: usize = 32;

/// A key for each purpose, derived from the secret, so that a result for one purpose cannot be used for another. The
/// secret itself is not kept.
#[derive(Clone)]
pub(super) struct Secret {
    scopes: Hmac<Sha256>,
    identities: Hmac<Sha256>,
    seals: Hmac<Sha256>,
    groups: Hmac<Sha256>,
    log_seals: Hmac<Sha256>,
}

impl Secret {
    pub(super) fn new(secret: &[u8]) -> Result<Self, ConfigError> {
        if secret.len() < MIN_SECRET_LENGTH {
            return Err(ConfigError::SharedCacheSecret {
                bytes: secret.len(),
            });
        }
        let secret = keyed(secret);
        Ok(Self {
            scopes: derived(&secret, "scopes"),
            identities: derived(&secret, "identities"),
            seals: derived(&secret, "seals"),
            groups: derived(&secret, "groups"),
            log_seals: derived(&secret, "log-seals"),
        })
    }

    /// The prefix of all names of one API, stage and authorizer.
    pub(super) fn prefix(&self, scope: &Scope) -> String {
        let scope_bytes = scope.spelled_out(&[]);
        let hash = readable_hash(&self.scopes, &scope_bytes);
        format!("lambda-authorizer:{FORMAT_VERSION}:{hash}:")
    }

    /// The name of a scope's log. It does not begin with the prefix, so clearing does not remove it.
    pub(super) fn log_name(&self, scope: &Scope) -> String {
        let hash = readable_hash(&self.scopes, &scope.spelled_out(&[]));
        format!("lambda-authorizer:{FORMAT_VERSION}:log:{hash}")
    }

    /// The group of all results with this value, such as a principal.
    pub(super) fn group(&self, scope: &Scope, kind: &str, value: &[u8]) -> Group {
        let mut hash = self.groups.clone();
        for part in [&*scope.spelled_out(&[]), kind.as_bytes(), value] {
            hash.update(&(part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize().into_bytes();
        let mut group = [0; GROUP_LENGTH];
        group
            .iter_mut()
            .zip(hash)
            .for_each(|(byte, hash)| *byte = hash);
        group
    }

    /// The seal of a message in this log.
    pub(super) fn log_seal(&self, log: &[u8], message: &[u8]) -> [u8; SEAL_LENGTH] {
        let sealing = sealing(&self.log_seals, log, message);
        sealing.finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(super) fn is_log_sealed(
        &self,
        log: &[u8],
        message: &[u8],
        seal: &[u8; SEAL_LENGTH],
    ) -> bool {
        sealing(&self.log_seals, log, message)
            .verify_slice(seal)
            .is_ok()
    }

    /// The name of an entry. `key` is the result of [`Scope::spelled_out`].
    pub(super) fn name(&self, scope: &Scope, key: &[u8]) -> String {
        let mut name = self.prefix(scope);
        name.push_str(&readable_hash(&self.identities, key));
        name
    }

    /// The seal: proves that someone who knows the secret created the value for this key.
    pub(super) fn seal(&self, key: &[u8], value: &[u8]) -> [u8; SEAL_LENGTH] {
        sealing(&self.seals, key, value)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Compares in constant time.
    pub(super) fn is_sealed(&self, key: &[u8], value: &[u8], seal: &[u8; SEAL_LENGTH]) -> bool {
        sealing(&self.seals, key, value).verify_slice(seal).is_ok()
    }
}

/// Includes the key's length, so that the border between key and value is unambiguous.
fn sealing(seals: &Hmac<Sha256>, key: &[u8], value: &[u8]) -> Hmac<Sha256> {
    let mut sealing = seals.clone();
    sealing.update(&(key.len() as u64).to_be_bytes());
    sealing.update(key);
    sealing.update(value);
    sealing
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn derived(secret: &Hmac<Sha256>, purpose: &str) -> Hmac<Sha256> {
    let label = format!("tower-lambda-authorizer/shared-cache/{FORMAT_VERSION}/{purpose}");
    let key = secret.clone().chain_update(label).finalize();
    keyed(&key.into_bytes())
}

/// 43 characters of URL-safe Base64, none of which is special for a store.
fn readable_hash(keyed: &Hmac<Sha256>, bytes: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let hash = keyed.clone().chain_update(bytes).finalize().into_bytes();
    BASE64_URL_SAFE_NO_PAD.encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_fixed_layout_and_depend_on_all_of_their_parts() {
        let secret = Secret::new(&[7; 32]).unwrap();
        let scope = Scope::new(&["api", "prod", "a"], &());
        let name = secret.name(&scope, &scope.spelled_out(&scope.key(["token"])));
        assert_eq!(name.len(), "lambda-authorizer:3:".len() + 43 + 1 + 43);
        assert!(name.starts_with(&secret.prefix(&scope)), "{name}");
        let other_stage = Scope::new(&["api", "dev", "a"], &());
        let other_secret = Secret::new(&[8; 32]).unwrap();
        for other in [
            secret.name(&scope, &scope.spelled_out(&scope.key(["tokem"]))),
            secret.name(
                &other_stage,
                &other_stage.spelled_out(&other_stage.key(["token"])),
            ),
            other_secret.name(&scope, &scope.spelled_out(&scope.key(["token"]))),
        ] {
            assert_ne!(name.get(20..63), None);
            assert_ne!(other, name);
            assert_ne!(other.rsplit(':').next(), name.rsplit(':').next());
        }
        assert_ne!(secret.prefix(&scope), secret.prefix(&other_stage));
        assert_ne!(secret.prefix(&scope), other_secret.prefix(&scope));
    }

    /// Processes of different releases share entries, so these values may only change with the format's version. They were
    /// computed with another implementation of HMAC.
    #[test]
    fn names_and_seals_stay_the_same_from_release_to_release() {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        let secret = Secret::new(&[7; 32]).unwrap();
        let scope = Scope::new(&["api", "prod", "a"], &());
        let key = scope.spelled_out(&scope.key(["token"]));
        assert_eq!(
            secret.name(&scope, &key),
            "lambda-authorizer:3:SZKaoiPn_8Augjja8XCppLI1h3dyYyhCogMPbK5ZKHI:\
             lRo4VMidjFdbVppclLF3GcUVvsUmVOzl3Dja2TePrVU"
        );
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(secret.seal(&key, b"value")),
            "C-_ZhhtxOlopMH7XbiveqWv6iucM3nqNaVoYI3g3ehM"
        );
    }

    #[test]
    fn a_seal_depends_on_the_border_between_key_and_value() {
        let secret = Secret::new(&[7; 32]).unwrap();
        assert_ne!(secret.seal(b"ab", b"c"), secret.seal(b"a", b"bc"));
        assert!(secret.is_sealed(b"ab", b"c", &secret.seal(b"ab", b"c")));
    }

    #[test]
    fn a_short_secret_is_refused() {
        for length in [0, 1, 31] {
            let error = Secret::new(&vec![7; length]).err();
            assert_eq!(
                error,
                Some(ConfigError::SharedCacheSecret { bytes: length })
            );
        }
        assert!(Secret::new(&[7; 33]).is_ok());
    }
}
