//! The handle that replaces the settings.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;

use super::{
    Reloadable, earlier::Earlier, revocation::Revocation, sealed::Current, service::ReloadLayer,
};
#[cfg(feature = "openapi")]
use crate::openapi::ApiAuthorizerLayer;
use crate::{
    authorizer::Authorizer,
    cache::{AuthorizerResults, Invalidated, InvalidationError},
    layer::LambdaAuthorizerLayer,
};

/// Changes the settings of a [`ReloadLayer`]. Cheap to clone. See the [module](crate::reload) for an example.
///
/// ```
/// use tower_lambda_authorizer::{LambdaAuthorizerLayer, testing::MockAuthorizer};
///
/// # tokio_test::block_on(async {
///
/// let layer = LambdaAuthorizerLayer::token(MockAuthorizer::allowing());
/// let (layer, handle) = layer.reloadable();
/// # let _ = &layer;
/// handle.clear().await?; // also the results of earlier settings
/// assert_eq!(handle.statistics().entries, 0);
/// # Ok::<(), tower_lambda_authorizer::caching::InvalidationError>(())
/// # }).unwrap();
/// ```
pub struct ReloadHandle<L: Reloadable> {
    pub(super) current: Arc<ArcSwap<Current<L>>>,
    earlier: Arc<Mutex<Earlier>>,
}

pub(super) fn reloadable<L: Reloadable>(layer: L) -> (ReloadLayer<L>, ReloadHandle<L>) {
    let current = Arc::new(ArcSwap::from_pointee(Current::new(layer)));
    let handle = ReloadHandle {
        current: Arc::clone(&current),
        earlier: Arc::default(),
    };
    (ReloadLayer { current }, handle)
}

impl<L: Reloadable> ReloadHandle<L> {
    /// Replaces the layer. Requests that begin from now on use the new one, and requests in progress end with the earlier
    /// one. The observers of the new layer are notified.
    pub fn replace(&self, layer: L) {
        let changed = Arc::new(Current::new(layer));
        let mut earlier = self.earlier();
        let replaced = self.current.swap(Arc::clone(&changed));
        let forgotten = earlier.add(replaced.layer.all_results());
        drop(earlier); // Before the layer, whose authorizer is the application's code, and before stores and observers.
        drop(forgotten);
        changed.layer.notify_of_reload();
    }

    /// Locked while the layer is replaced, so that an invalidation finds the results of both layers, or those of the
    /// earlier one only.
    pub(super) fn earlier(&self) -> MutexGuard<'_, Earlier> {
        self.earlier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the layer by a changed copy of it. If another thread replaces it meanwhile, the function is called again
    /// with that layer, so no change is lost.
    ///
    /// If the settings cannot fail, the compiler does not know the type of the error. Name one, such as `Infallible`:
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::{convert::Infallible, time::Duration};
    /// use tower_lambda_authorizer::{
    ///     LambdaAuthorizerLayer, gateway_responses::GatewayResponses,
    ///     testing::{Harness, MockAuthorizer},
    /// };
    ///
    /// let (layer, handle) = LambdaAuthorizerLayer::token(MockAuthorizer::denying()).reloadable();
    /// handle.modify(|layer| layer.result_ttl(Duration::from_secs(60)))?;
    /// let neutral = GatewayResponses::default().neutral_denials();
    /// handle.modify(|layer| Ok::<_, Infallible>(layer.gateway_responses(neutral.clone())))?;
    ///
    /// let harness = Harness::new(handle.current());
    /// let response = harness.get("/pets").header("authorization", "t").send().await;
    /// response.assert_denied().assert_body(r#"{"Message":"Forbidden"}"#);
    /// # drop(layer);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the function's error. Then nothing has changed.
    pub fn modify<E>(&self, mut change: impl FnMut(L) -> Result<L, E>) -> Result<(), E> {
        loop {
            let current = self.current.load_full();
            // Dropped after the lock, since its authorizer is the application's code.
            let changed = Arc::new(Current::new(change(current.layer.clone())?));
            let mut earlier = self.earlier();
            let found = self
                .current
                .compare_and_swap(&current, Arc::clone(&changed));
            if Arc::ptr_eq(&found, &current) {
                let forgotten = earlier.add(current.layer.all_results());
                drop(earlier);
                drop(forgotten);
                changed.layer.notify_of_reload();
                return Ok(());
            }
        }
    }

    /// Returns a copy of the layer that requests use now.
    #[must_use]
    pub fn current(&self) -> L {
        self.current.load().layer.clone()
    }

    /// The results of this authorizer with all settings whose results can still be used.
    fn results(&self, authorizer: &str) -> Vec<AuthorizerResults> {
        let earlier = self.earlier();
        let current = self.current.load().layer.all_results();
        let named = current.into_iter().filter(|(name, _)| name == authorizer);
        let mut results: Vec<_> = named.map(|(_, results)| results).collect();
        let others = earlier.of(authorizer, &results);
        results.extend(others);
        results
    }

    /// Revokes in the results of all settings, in the current ones first. Tries all of them, and returns the first error.
    async fn revoke(
        &self,
        authorizer: &str,
        revocation: Revocation,
    ) -> Result<Invalidated, InvalidationError> {
        let mut outcome: Option<Result<Invalidated, InvalidationError>> = None;
        let mut all = self.results(authorizer);
        if all.iter().any(|results| revocation.is_for(results)) {
            all.retain(|results| revocation.is_for(results));
        }
        for results in all {
            let next = revocation.apply(&results).await;
            outcome = Some(match outcome {
                None => next,
                Some(first) => first.and_then(|first| next.map(|_| first)),
            });
        }
        outcome.unwrap_or_else(|| {
            let name = authorizer.to_owned();
            Err(InvalidationError::UnknownAuthorizer { name })
        })
    }
}

impl<A: Authorizer> ReloadHandle<LambdaAuthorizerLayer<A>> {
    /// Removes the result of one identity, as
    /// [`AuthorizerResults::invalidate`](crate::caching::AuthorizerResults::invalidate) does, including that of earlier
    /// settings.
    ///
    /// Returns the result in the shared tier of the current settings.
    ///
    /// # Errors
    ///
    /// Returns the first error, after all results have been tried. [`InvalidationError::IdentityValues`] means that no
    /// settings have as many identity sources as there are values.
    pub async fn invalidate<V: AsRef<str>>(
        &self,
        identity: impl IntoIterator<Item = V>,
    ) -> Result<Invalidated, InvalidationError> {
        self.revoke("", Revocation::identity(identity)).await
    }

    /// Removes the results of all identities that have this principal, as
    /// [`AuthorizerResults::invalidate_principal`](crate::caching::AuthorizerResults::invalidate_principal) does, including
    /// those of earlier settings.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate). Also returns an error if a shared cache, the current one or that of earlier
    /// settings, has no revocations, since the results in it cannot be found. Then use [`clear`](Self::clear).
    pub async fn invalidate_principal(
        &self,
        principal_id: &str,
    ) -> Result<Invalidated, InvalidationError> {
        let revocation = Revocation::Principal(principal_id.to_owned());
        self.revoke("", revocation).await
    }

    /// Removes the results that have this tag, as
    /// [`AuthorizerResults::invalidate_tag`](crate::caching::AuthorizerResults::invalidate_tag) does, including those of
    /// earlier settings.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`invalidate_principal`](Self::invalidate_principal).
    pub async fn invalidate_tag(&self, tag: &str) -> Result<Invalidated, InvalidationError> {
        self.revoke("", Revocation::Tag(tag.to_owned())).await
    }

    /// Removes all results of the authorizer, including those of earlier settings.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`invalidate`](Self::invalidate).
    pub async fn clear(&self) -> Result<Invalidated, InvalidationError> {
        self.revoke("", Revocation::Everything).await
    }
}

#[cfg(feature = "openapi")]
impl ReloadHandle<ApiAuthorizerLayer> {
    /// Removes the result of one identity of the authorizer with this name, including that of earlier layers.
    ///
    /// Returns what the shared tier of the current layer has said.
    ///
    /// # Errors
    ///
    /// Returns the first error. All results are tried. [`InvalidationError::UnknownAuthorizer`] means that no layer of
    /// this handle has an authorizer with this name.
    pub async fn invalidate<V: AsRef<str>>(
        &self,
        authorizer: &str,
        identity: impl IntoIterator<Item = V>,
    ) -> Result<Invalidated, InvalidationError> {
        let revocation = Revocation::identity(identity);
        self.revoke(authorizer, revocation).await
    }

    /// Removes the results of this authorizer for all identities that have this principal, including those of earlier
    /// layers.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate). Also returns an error if a shared cache, the current one or that of an
    /// earlier layer, has no revocations, since the results in it cannot be found. Then use [`clear`](Self::clear).
    pub async fn invalidate_principal(
        &self,
        authorizer: &str,
        principal_id: &str,
    ) -> Result<Invalidated, InvalidationError> {
        let revocation = Revocation::Principal(principal_id.to_owned());
        self.revoke(authorizer, revocation).await
    }

    /// Removes the results of this authorizer that have this tag, including those of earlier layers.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`invalidate_principal`](Self::invalidate_principal).
    pub async fn invalidate_tag(
        &self,
        authorizer: &str,
        tag: &str,
    ) -> Result<Invalidated, InvalidationError> {
        let revocation = Revocation::Tag(tag.to_owned());
        self.revoke(authorizer, revocation).await
    }

    /// Removes all results of the authorizer with this name, including those of earlier layers.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`invalidate`](Self::invalidate).
    pub async fn clear(&self, authorizer: &str) -> Result<Invalidated, InvalidationError> {
        self.revoke(authorizer, Revocation::Everything).await
    }
}

impl<L: Reloadable> Clone for ReloadHandle<L> {
    fn clone(&self) -> Self {
        Self {
            current: Arc::clone(&self.current),
            earlier: Arc::clone(&self.earlier),
        }
    }
}

impl<L: Reloadable + fmt::Debug> fmt::Debug for ReloadHandle<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReloadHandle")
            .field(&self.current.load().layer)
            .finish()
    }
}
