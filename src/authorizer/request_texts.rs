//! The texts of a request that are also in the key of its result.

use std::{str::from_utf8, sync::OnceLock};

use smallvec::SmallVec;

use crate::{
    key::Key,
    policy::{self, MethodArn},
};

/// The values of the identity sources. Usually there is one.
pub(crate) type IdentityValues = SmallVec<[String; 1]>;

/// The identity and the method ARN of a request. Both are in the key of the result, if it is cached, and are copied from
/// there only if the authorizer reads them.
#[derive(Clone)]
pub(crate) struct RequestTexts {
    key: Option<Key>,
    identity: OnceLock<IdentityValues>,
    method_arn: OnceLock<MethodArn>,
}

impl RequestTexts {
    /// Without an identity or a method ARN, it is the key's.
    pub(crate) fn new(
        key: Option<Key>,
        identity: Option<IdentityValues>,
        method_arn: Option<MethodArn>,
    ) -> Self {
        Self {
            key,
            identity: identity.map(OnceLock::from).unwrap_or_default(),
            method_arn: method_arn.map(OnceLock::from).unwrap_or_default(),
        }
    }

    /// The key of the result, if it is cached.
    pub(crate) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    pub(super) fn identity(&self) -> &[String] {
        self.identity.get_or_init(|| {
            let values = self.key.iter().flat_map(Key::identity);
            values.map(|value| text(value).to_owned()).collect()
        })
    }

    pub(super) fn first_of_identity(&self) -> Option<&str> {
        match self.identity.get() {
            Some(identity) => identity.first().map(String::as_str),
            None => self.key.as_ref()?.identity().next().map(text),
        }
    }

    pub(crate) fn method_arn(&self) -> &MethodArn {
        self.method_arn.get_or_init(|| {
            let arn = self.key.as_ref().map(Key::method_arn);
            policy::method_arn(arn.map_or("", text))
        })
    }
}

fn text(value: &[u8]) -> &str {
    from_utf8(value).expect("a value was checked when it was read")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{IdentityParts, Scope};

    #[test]
    fn the_texts_of_a_key_are_copied_only_if_they_are_read() {
        let scope = Scope::new::<&str>(&[], &());
        let values = ["Bearer t", "vé"].map(|value| value.as_bytes().into());
        let key = scope.key_parts(IdentityParts::Several(&values));
        let texts = RequestTexts::new(Some(key.build_with(&["arn:", "x"])), None, None);
        let read = allocation_counter::measure(|| {
            assert_eq!(texts.first_of_identity(), Some("Bearer t"));
        });
        assert_eq!(read.count_total, 0);
        assert_eq!(texts.identity(), ["Bearer t", "vé"]);
        assert_eq!(texts.method_arn().as_str(), "arn:x");
        assert_eq!(texts.first_of_identity(), Some("Bearer t"));
    }

    #[test]
    fn texts_beside_the_key_count() {
        let key = Scope::new::<&str>(&[], &()).key(["t", "mark"]);
        let identity = IdentityValues::from_iter(["t".to_owned()]);
        let texts = RequestTexts::new(Some(key.clone()), Some(identity), None);
        assert_eq!(texts.identity(), ["t"]);
        let anonymous = RequestTexts::new(Some(key), Some(IdentityValues::new()), None);
        assert_eq!(anonymous.first_of_identity(), None);
        assert!(anonymous.identity().is_empty());
        let arn = policy::method_arn("arn:x");
        let not_cached = RequestTexts::new(None, Some(IdentityValues::new()), Some(arn));
        assert_eq!(not_cached.method_arn().as_str(), "arn:x");
    }
}
