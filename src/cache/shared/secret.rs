//! The secret of a shared cache, and what is made with it: the names of entries and their seals.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{ConfigError, cache::key::Scope};

/// Of the names and of what stands under them. A change of either is another version, under other names and
/// sealed with another key.
pub(super) const FORMAT_VERSION: u8 = 1;

/// In bytes: all of the seal, as of the hashes in a name.
pub(super) const SEAL_LENGTH: usize = 32;

const SHORTEST_SECRET: usize = 32;

/// A key for each purpose, so that what is made for one is worth nothing for another. The secret itself is not
/// kept.
#[derive(Clone)]
pub(super) struct Secret {
    scopes: Hmac<Sha256>,
    identities: Hmac<Sha256>,
    seals: Hmac<Sha256>,
}

impl Secret {
    pub(super) fn new(secret: &[u8]) -> Result<Self, ConfigError> {
        if secret.len() < SHORTEST_SECRET {
            return Err(ConfigError::SharedCacheSecret {
                bytes: secret.len(),
            });
        }
        let secret = keyed(secret);
        Ok(Self {
            scopes: derived(&secret, "scopes"),
            identities: derived(&secret, "identities"),
            seals: derived(&secret, "seals"),
        })
    }

    /// What all names of one API, stage and authorizer begin with.
    pub(super) fn prefix(&self, scope: &Scope) -> String {
        let scope_bytes = scope.spelled_out(&[]);
        let hash = readable_hash(&self.scopes, &scope_bytes);
        format!("lambda-authorizer:{FORMAT_VERSION}:{hash}:")
    }

    /// The name of an entry. `key` is the whole key, as [`Scope::spelled_out`] makes it.
    pub(super) fn name(&self, scope: &Scope, key: &[u8]) -> String {
        let mut name = self.prefix(scope);
        name.push_str(&readable_hash(&self.identities, key));
        name
    }

    /// What proves that a value was made for this key by someone who has the secret.
    pub(super) fn seal(&self, key: &[u8], value: &[u8]) -> [u8; SEAL_LENGTH] {
        self.sealing(key, value).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub(super) fn is_sealed(&self, key: &[u8], value: &[u8], seal: &[u8; SEAL_LENGTH]) -> bool {
        self.sealing(key, value).verify_slice(seal).is_ok()
    }

    /// The key's length goes in front: where it ends and the value begins cannot be read in two ways.
    fn sealing(&self, key: &[u8], value: &[u8]) -> Hmac<Sha256> {
        let mut sealing = self.seals.clone();
        sealing.update(&(key.len() as u64).to_be_bytes());
        sealing.update(key);
        sealing.update(value);
        sealing
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn derived(secret: &Hmac<Sha256>, purpose: &str) -> Hmac<Sha256> {
    let label = format!("tower-lambda-authorizer/shared-cache/{FORMAT_VERSION}/{purpose}");
    let key = secret.clone().chain_update(label).finalize();
    keyed(&key.into_bytes())
}

/// 43 characters of the alphabet for URLs, none of which means anything to a store.
fn readable_hash(keyed: &Hmac<Sha256>, bytes: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let hash = keyed.clone().chain_update(bytes).finalize().into_bytes();
    BASE64_URL_SAFE_NO_PAD.encode(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_layout_and_differ_with_all_that_they_are_made_of() {
        let secret = Secret::new(&[7; 32]).unwrap();
        let scope = Scope::new(&["api", "prod", "a"], &[]);
        let name = secret.name(&scope, &scope.spelled_out(&scope.key(["token"])));
        assert_eq!(name.len(), "lambda-authorizer:1:".len() + 43 + 1 + 43);
        assert!(name.starts_with(&secret.prefix(&scope)), "{name}");
        let other_stage = Scope::new(&["api", "dev", "a"], &[]);
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

    /// Processes of different releases share entries: these may change only with the format's version. Worked
    /// out by another implementation of HMAC.
    #[test]
    fn names_and_seals_stay_the_same_from_release_to_release() {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        let secret = Secret::new(&[7; 32]).unwrap();
        let scope = Scope::new(&["api", "prod", "a"], &[]);
        let key = scope.spelled_out(&scope.key(["token"]));
        assert_eq!(
            secret.name(&scope, &key),
            "lambda-authorizer:1:wVRi0uwKCrEj5hsjxG2Wczc0pO_pT2MLMI_dNaE-9ko:\
             2K8G9Jf6xgpZPzzOrK-VC5caKYDQndCSg0b-SIm-QN0"
        );
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(secret.seal(&key, b"value")),
            "43cqbIb9hctBNQyllyzyKFzKX11c-Pt6kTvjc6KGPTY"
        );
    }

    #[test]
    fn the_border_between_key_and_value_counts() {
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
