//! What a handle revokes, in the results of each of its settings.

use crate::cache::{AuthorizerResults, Invalidated, InvalidationError};

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

    /// Whether these results can have what is revoked: the identities of other settings may have more values, or fewer.
    pub(super) fn is_for(&self, results: &AuthorizerResults) -> bool {
        match self {
            Self::Identity(values) => results.has_values(values.len()),
            Self::Principal(_) | Self::Tag(_) | Self::Everything => true,
        }
    }

    pub(super) async fn apply(
        &self,
        results: &AuthorizerResults,
    ) -> Result<Invalidated, InvalidationError> {
        match self {
            Self::Identity(values) => results.invalidate(values).await,
            Self::Principal(principal) => results.invalidate_principal(principal).await,
            Self::Tag(tag) => results.invalidate_tag(tag).await,
            Self::Everything => results.clear().await,
        }
    }
}
