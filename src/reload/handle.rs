//! The handle that replaces the settings.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use arc_swap::ArcSwap;

use super::{Reloadable, earlier::Earlier, sealed::Current, service::ReloadLayer};
#[cfg(feature = "openapi")]
use crate::openapi::ApiAuthorizerLayer;
use crate::{
    authorizer::Authorizer,
    cache::{AuthorizerResults, Invalidated, SharedTierError},
    layer::LambdaAuthorizerLayer,
};

/// Changes the settings of a [`ReloadLayer`]. Cheap to clone. See the [module](crate::reload) for an example.
pub struct ReloadHandle<L: Reloadable> {
    current: Arc<ArcSwap<Current<L>>>,
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
    /// Replaces the layer. Requests that begin from now on use the new one, and requests under way end with the earlier
    /// one.
    pub fn replace(&self, layer: L) {
        let results = layer.all_results();
        let mut earlier = self.earlier();
        let replaced = self.current.swap(Arc::new(Current::new(layer)));
        earlier.add(replaced.layer.all_results(), &results);
        drop(earlier); // Before the layer, whose authorizer is the application's code.
    }

    /// Locked while the layer is replaced, so that an invalidation finds the results of both layers, or those of the
    /// earlier one only.
    fn earlier(&self) -> MutexGuard<'_, Earlier> {
        self.earlier.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Replaces the layer by a changed copy of it. If another thread replaces it meanwhile, the function is called again
    /// with that layer, so no change is lost.
    ///
    /// # Errors
    ///
    /// Returns the function's error. Then nothing has changed.
    pub fn modify<E>(&self, mut change: impl FnMut(L) -> Result<L, E>) -> Result<(), E> {
        loop {
            let current = self.current.load_full();
            let changed = Arc::new(Current::new(change(current.layer.clone())?));
            let mut earlier = self.earlier();
            let found = self.current.compare_and_swap(&current, changed);
            if Arc::ptr_eq(&found, &current) {
                earlier.add(
                    current.layer.all_results(),
                    &self.current.load().layer.all_results(),
                );
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
        let current = named.map(|(_, results)| results);
        current.chain(earlier.of(authorizer)).collect()
    }

    /// Revokes in the results of all settings. Returns what the current layer's results return, unless others fail.
    async fn revoke(
        &self,
        authorizer: &str,
        what: What<'_>,
    ) -> Result<Invalidated, SharedTierError> {
        let mut revoked: Option<Result<Invalidated, SharedTierError>> = None;
        for results in self.results(authorizer) {
            let own = what.revoke_in(&results).await;
            revoked = Some(match revoked {
                None => own,
                Some(earlier) => earlier.and_then(|first| own.map(|_| first)),
            });
        }
        revoked.unwrap_or_else(|| Ok(Invalidated::default()))
    }
}

/// What is revoked.
enum What<'w> {
    Identity(&'w [String]),
    Principal(&'w str),
    Tag(&'w str),
    Everything,
}

impl What<'_> {
    async fn revoke_in(&self, results: &AuthorizerResults) -> Result<Invalidated, SharedTierError> {
        match self {
            Self::Identity(identity) => results.invalidate(*identity).await,
            Self::Principal(principal_id) => results.invalidate_principal(principal_id).await,
            Self::Tag(tag) => results.invalidate_tag(tag).await,
            Self::Everything => results.clear().await,
        }
    }
}

/// Each of these does what the function of [`AuthorizerResults`](crate::caching::AuthorizerResults) with this name does,
/// also for the results of earlier settings.
impl<A: Authorizer> ReloadHandle<LambdaAuthorizerLayer<A>> {
    /// Removes the result of one identity.
    ///
    /// # Errors
    ///
    /// Returns the first error of a shared tier. All results are tried.
    pub async fn invalidate<V: AsRef<str>>(
        &self,
        identity: impl IntoIterator<Item = V>,
    ) -> Result<Invalidated, SharedTierError> {
        self.revoke("", What::Identity(&owned(identity))).await
    }

    /// Removes the results of one principal.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate).
    pub async fn invalidate_principal(
        &self,
        principal_id: &str,
    ) -> Result<Invalidated, SharedTierError> {
        self.revoke("", What::Principal(principal_id)).await
    }

    /// Removes the results that have this tag.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate).
    pub async fn invalidate_tag(&self, tag: &str) -> Result<Invalidated, SharedTierError> {
        self.revoke("", What::Tag(tag)).await
    }

    /// Removes all results of the authorizer.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate).
    pub async fn clear(&self) -> Result<Invalidated, SharedTierError> {
        self.revoke("", What::Everything).await
    }
}

/// The same for the authorizer with this name.
#[cfg(feature = "openapi")]
impl ReloadHandle<ApiAuthorizerLayer> {
    /// Removes the result of one identity, also of earlier layers.
    ///
    /// # Errors
    ///
    /// Returns the first error of a shared tier. All results are tried.
    pub async fn invalidate<V: AsRef<str>>(
        &self,
        authorizer: &str,
        identity: impl IntoIterator<Item = V>,
    ) -> Result<Invalidated, SharedTierError> {
        self.revoke(authorizer, What::Identity(&owned(identity)))
            .await
    }

    /// Removes the results of one principal, also of earlier layers.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate).
    pub async fn invalidate_principal(
        &self,
        authorizer: &str,
        principal_id: &str,
    ) -> Result<Invalidated, SharedTierError> {
        self.revoke(authorizer, What::Principal(principal_id)).await
    }

    /// Removes the results that have this tag, also of earlier layers.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate).
    pub async fn invalidate_tag(
        &self,
        authorizer: &str,
        tag: &str,
    ) -> Result<Invalidated, SharedTierError> {
        self.revoke(authorizer, What::Tag(tag)).await
    }

    /// Removes all results of the authorizer, also of earlier layers.
    ///
    /// # Errors
    ///
    /// Like [`invalidate`](Self::invalidate).
    pub async fn clear(&self, authorizer: &str) -> Result<Invalidated, SharedTierError> {
        self.revoke(authorizer, What::Everything).await
    }
}

fn owned<V: AsRef<str>>(identity: impl IntoIterator<Item = V>) -> Vec<String> {
    let identity = identity.into_iter();
    identity.map(|value| value.as_ref().to_owned()).collect()
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
