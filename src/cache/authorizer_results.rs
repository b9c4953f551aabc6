//! The application's handle to cached results: it invalidates them.

#[cfg(feature = "reload")]
mod of_reloaded;
mod value_counts;

#[cfg(feature = "reload")]
use std::sync::Weak;
use std::{future::Future, sync::Arc};

pub(crate) use self::value_counts::ValueCounts;

use super::{
    cached::Verified,
    followed_log::FollowedLog,
    invalidation_error::InvalidationError,
    key::{Key, Scope},
    result_cache::ResultCache,
    settings::CacheSettings,
    shared::{
        SharedCache,
        revocations::{Appended, Revoked},
    },
    statistics::CacheStatistics,
};
#[cfg(feature = "reload")]
use crate::clock::Clock;
use crate::{
    identity::{Alternatives, mark},
    observe::Listener,
};

/// The result of an invalidation in a shared tier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Invalidated {
    /// How many processes were listening when it was published, this one included. A process that cannot reach the
    /// store does not listen, and does not use its results either. `None` if the store does not know: a cluster, or a
    /// shared tier without revocations.
    pub listening: Option<u64>,
}

/// A handle to the cached results of a layer's authorizer, from
/// [`LambdaAuthorizerLayer::results`](crate::LambdaAuthorizerLayer::results).
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, LambdaAuthorizerLayer, authorizer_fn};
///
/// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
///     Ok(AuthorizerResponse::allow(request.method_arn()))
/// }));
/// let results = layer.results();
///
/// # tokio_test::block_on(async {
/// // After a token was revoked, and after the rules have changed:
/// results.invalidate(["the-token"]).await?;
/// results.clear().await?;
/// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
/// # }).unwrap();
/// assert_eq!(results.statistics().hits, 0);
/// ```
#[derive(Debug, Clone)]
pub struct AuthorizerResults {
    scope: Scope,
    cache: ResultCache,
    shared: Option<SharedCache>,
    followed: FollowedLog,
    alternatives: Option<Alternatives>,
    values: ValueCounts,
    listener: Listener,
    #[cfg(feature = "reload")]
    clock: Clock,
    #[cfg(feature = "reload")]
    configured: Weak<CacheSettings>,
}

impl AuthorizerResults {
    pub(crate) fn new(
        caching: &Arc<CacheSettings>,
        alternatives: Option<Alternatives>,
        values: ValueCounts,
        listener: Listener,
    ) -> Self {
        Self {
            alternatives,
            values,
            listener,
            scope: caching.scope().clone(),
            cache: caching.cache.clone(),
            shared: caching.shared.clone(),
            followed: caching.followed.clone(),
            #[cfg(feature = "reload")]
            clock: caching.clock.clone(),
            #[cfg(feature = "reload")]
            configured: Arc::downgrade(caching),
        }
    }

    /// Removes the result of one identity, given as the values of the identity sources in their order. A call in progress
    /// still answers the requests that wait for it, but its result is not cached.
    ///
    /// Give each value as the client sends it: `Bearer t0ken`, and not `t0ken`. If there is no result for these values,
    /// nothing is removed, which is not an error. An anonymous identity has only the values that a client does not send.
    /// If the application knows the caller rather than what it sends, use
    /// [`invalidate_principal`](Self::invalidate_principal).
    ///
    /// With [`IdentitySource::first_of`](crate::IdentitySource::first_of), it removes the results of the value in all of
    /// its places.
    ///
    /// Also removes the result from a shared tier. If the shared cache has revocations
    /// (`SharedCache::with_revocations`), other processes stop using their copies within the cache's bound, 1 s by
    /// default. Otherwise, other processes keep their copies in memory until these expire, and a call in progress in
    /// another process may store its result again.
    ///
    /// # Errors
    ///
    /// - [`InvalidationError::IdentityValues`] if the number of values is not that of the identity sources. Without a
    ///   shared tier this is the only error.
    /// - [`InvalidationError::SharedTier`] if the shared tier did not remove the result, or did not publish the
    ///   revocation, in time.
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let answer = MockAnswer::allow().with_principal_id("ann");
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::answering(answer));
    /// let results = layer.results();
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "Bearer ann").send();
    ///
    /// get().await.assert_invoked();
    /// get().await.assert_not_invoked();
    /// results.invalidate(["Bearer ann"]).await?;
    /// get().await.assert_invoked();
    /// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
    /// # }).unwrap();
    /// ```
    pub fn invalidate<V: AsRef<str>>(
        &self,
        identity: impl IntoIterator<Item = V>,
    ) -> impl Future<Output = Result<Invalidated, InvalidationError>> + Send {
        let identity = identity.into_iter();
        let identity = identity.map(|value| value.as_ref().as_bytes().to_vec());
        let identity: Vec<_> = identity.collect();
        let (checked, keys) = (self.values.check(identity.len()), self.keys(&identity));
        async move {
            checked?;
            for key in &keys {
                self.cache.invalidate(key);
            }
            let Some(shared) = &self.shared else {
                return Ok(Invalidated::default());
            };
            let groups = keys
                .iter()
                .map(|key| shared.identity_group(&self.scope, key));
            let published = self.revoke(Revoked::Identity(groups.collect())).await;
            let mut removed = Ok(());
            for key in &keys {
                removed = removed.and(shared.remove(&self.scope, key).await);
                // Another request may have found it in the tier meanwhile.
                self.cache.invalidate(key);
            }
            match published {
                // A value that is still in the tier is not used.
                Some(published) => published,
                None => Ok(removed.map(|()| Invalidated::default())?),
            }
        }
    }

    /// Removes the results of all identities that have this principal, such as all sessions of a user.
    ///
    /// Calls in progress still answer the requests that wait for them, but none of their results is cached, since their
    /// principals are not known yet.
    ///
    /// # Errors
    ///
    /// [`InvalidationError::SharedTier`], as for [`invalidate`](Self::invalidate), and
    /// [`InvalidationError::NoRevocations`] if the shared tier has no revocations (`SharedCache::with_revocations`).
    ///
    /// ```
    /// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::{Harness, MockAnswer, MockAuthorizer}};
    ///
    /// # tokio_test::block_on(async {
    /// let answer = MockAnswer::allow().with_principal_id("ann");
    /// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::answering(answer));
    /// let results = layer.results();
    /// let harness = Harness::new(layer);
    /// let get = || harness.get("/pets").header("authorization", "Bearer ann").send();
    ///
    /// get().await.assert_invoked();
    /// get().await.assert_not_invoked();
    /// results.invalidate_principal("ann").await?;
    /// get().await.assert_invoked();
    /// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
    /// # }).unwrap();
    /// ```
    pub async fn invalidate_principal(
        &self,
        principal_id: &str,
    ) -> Result<Invalidated, InvalidationError> {
        let has_it =
            |verified: &Verified| verified.caller.context().principal_id() == Some(principal_id);
        let revoked = |shared: &SharedCache| {
            Revoked::Principal(shared.principal_group(&self.scope, principal_id))
        };
        self.invalidate_group(has_it, revoked).await
    }

    /// Removes the results that have this tag, such as those of all callers of a tenant. An authorizer adds tags to its
    /// answer with [`with_tag`](crate::AuthorizerResponse::with_tag).
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`invalidate_principal`](Self::invalidate_principal).
    pub async fn invalidate_tag(&self, tag: &str) -> Result<Invalidated, InvalidationError> {
        let has_it = |verified: &Verified| {
            let tags = verified.kept.tags.as_deref();
            tags.is_some_and(|tags| tags.0.iter().any(|own| own == tag))
        };
        let revoked = |shared: &SharedCache| Revoked::Tag(shared.tag_group(&self.scope, tag));
        self.invalidate_group(has_it, revoked).await
    }

    async fn invalidate_group(
        &self,
        has_it: impl Fn(&Verified) -> bool,
        revoked: impl Fn(&SharedCache) -> Revoked,
    ) -> Result<Invalidated, InvalidationError> {
        self.cache.remove(&self.scope, &has_it);
        let Some(shared) = &self.shared else {
            return Ok(Invalidated::default());
        };
        let published = self.revoke(revoked(shared)).await;
        let published = published.unwrap_or(Err(InvalidationError::NoRevocations));
        // A request may have found a result in the tier meanwhile.
        self.cache.remove(&self.scope, has_it);
        published
    }

    /// Revokes in all processes. `None` if revocations do not reach them.
    async fn revoke(&self, revoked: Revoked) -> Option<Result<Invalidated, InvalidationError>> {
        let followed = self.followed.of(self.shared.as_ref()?, &self.scope)?;
        followed.listen(&self.listener);
        let appended = followed.revoke(revoked).await;
        let invalidated = appended.map(|Appended { listening, .. }| Invalidated { listening });
        Some(invalidated.map_err(InvalidationError::from))
    }

    /// The keys of an identity: one, or one more for each place that its credential may come from.
    fn keys(&self, identity: &[Vec<u8>]) -> Vec<Key> {
        let mut keys = vec![self.scope.key(identity)];
        let Some(Alternatives { position, count }) = self.alternatives else {
            return keys;
        };
        if let Some((before, after)) = identity.split_at_checked(position + 1) {
            keys.extend((0..count).map(|index| {
                let (before, after) = (before.iter(), after.iter().map(Vec::as_slice));
                let marked = before.map(Vec::as_slice).chain([mark(index)]);
                self.scope.key(marked.chain(after))
            }));
        }
        keys
    }

    /// Removes all results of this authorizer, like API Gateway's "flush authorizer cache", but immediately.
    ///
    /// For shared tiers and other processes, see [`invalidate`](Self::invalidate). For a shared tier without
    /// revocations, the timeout is half a minute, since the tier has to search all of its entries. With revocations,
    /// the entries stay until they expire, but are not used.
    ///
    /// # Errors
    ///
    /// [`InvalidationError::SharedTier`], as for [`invalidate`](Self::invalidate).
    pub async fn clear(&self) -> Result<Invalidated, InvalidationError> {
        self.cache.clear(&self.scope);
        let Some(shared) = &self.shared else {
            return Ok(Invalidated::default());
        };
        let cleared = match self.revoke(Revoked::Everything).await {
            Some(published) => published,
            None => {
                let cleared = shared.clear(&self.scope).await;
                Ok(cleared.map(|()| Invalidated::default())?)
            }
        };
        self.cache.clear(&self.scope);
        cleared
    }

    /// Statistics of the cache since its creation. If several layers share the cache, they include all of them. If a
    /// `ReloadHandle` replaces the layer, use the handle's `statistics`, because the next layer can have another cache.
    #[must_use]
    pub fn statistics(&self) -> CacheStatistics {
        CacheStatistics {
            shared_is_paused: self.shared.as_ref().is_some_and(SharedCache::is_paused),
            ..self.cache.statistics()
        }
    }
}
