//! Why results were not invalidated, or not everywhere.

use thiserror::Error;

use super::shared_tier_error::SharedTierError;

/// Why results were not invalidated, or not everywhere.
///
/// ```
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::MockAuthorizer};
///
/// # tokio_test::block_on(async {
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
/// let error = layer.results().invalidate(["ann", "acme"]).await.unwrap_err();
/// assert!(error.to_string().starts_with("nothing was invalidated: the authorizer has 1 identity source,"), "{error}");
/// # });
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InvalidationError {
    /// The number of values is not that of the identity sources. Nothing was invalidated.
    #[error(
        "nothing was invalidated: the authorizer has {sources} identity source{}, but {given} value{} given; give the \
         value of each source, in the order of the sources",
        if *sources == 1 { "" } else { "s" },
        if *given == 1 { " was" } else { "s were" }
    )]
    #[non_exhaustive]
    IdentityValues {
        /// How many identity sources the authorizer has.
        sources: usize,
        /// How many values were given.
        given: usize,
    },
    /// No layer of a `ReloadHandle` has an authorizer with this name. Nothing was invalidated.
    #[error(
        "nothing was invalidated, because no layer of this handle has an authorizer `{name}`; use its name in the document"
    )]
    #[non_exhaustive]
    UnknownAuthorizer {
        /// The name that was given.
        name: String,
    },
    /// The shared cache has no revocations, so the results in it cannot be found by their principal or tag. Only this
    /// process has removed its copies.
    #[error(
        "the shared cache cannot find results by principal or tag: create it with `SharedCache::with_revocations`"
    )]
    NoRevocations,
    /// The shared tier did not remove the results, or did not publish the revocation. This process has removed its
    /// copies, but other processes may use theirs.
    #[error(transparent)]
    SharedTier(#[from] SharedTierError),
}
