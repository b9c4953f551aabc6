//! What a handle revokes, in the results of each of its settings.

use crate::cache::{AuthorizerResults, Invalidated, SharedTierError};

pub(super) enum Revocation {
    Identity(Vec<String>),
    Principal(String),
    Tag(String),
    Everything,
}

impl Revocation {
    pub(super) fn identity<V: AsRef<str>>(values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter();
        Self::Identity(values.map(|value| value.as_ref().to_owned()).collect())
    }

    pub(super) async fn tell(
        &self,
        results: &AuthorizerResults,
    ) -> Result<Invalidated, SharedTierError> {
        match self {
            Self::Identity(values) => results.invalidate(values).await,
            Self::Principal(principal) => results.invalidate_principal(principal).await,
            Self::Tag(tag) => results.invalidate_tag(tag).await,
            Self::Everything => results.clear().await,
        }
    }
}
