//! The rotation of a shared cache's secret.

use std::sync::Arc;

use super::{SharedCache, secret::Secret};
use crate::ConfigError;

impl SharedCache {
    pub(crate) fn has_earlier_secret(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// Also reads results that were stored with an earlier secret. The cache writes with its own secret only. If there
    /// is no value with its own secret, it looks for one with the earlier secret, within the same timeout. Replacing or
    /// removing a result removes it under both names.
    ///
    /// A process knows only the names of its own secrets. So change the secret in three steps, and wait in each until all
    /// processes have it. Then an invalidation in any process reaches the results of all:
    ///
    /// 1. `SharedCache::new(store, old)?.also_reading(new)?`
    /// 2. `SharedCache::new(store, new)?.also_reading(old)?`
    /// 3. `SharedCache::new(store, new)?`, after the longest time to live, at most an hour. From then on, nobody who knows
    ///    the old secret can make a result that is accepted.
    ///
    /// Do not use this if the old secret has become known. Without it, all results with the old secret are invalid at
    /// once.
    ///
    /// ```
    /// # use tower_lambda_authorizer::shared_cache::{SharedTier, SharedTierError};
    /// # use std::time::Duration;
    /// # struct Store;
    /// # impl SharedTier for Store {
    /// #     async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, SharedTierError> { Ok(None) }
    /// #     async fn put(&self, _: &str, _: Vec<u8>, _: Duration) -> Result<(), SharedTierError> { Ok(()) }
    /// #     async fn remove(&self, _: &str) -> Result<(), SharedTierError> { Ok(()) }
    /// #     async fn clear(&self, _: &str) -> Result<(), SharedTierError> { Ok(()) }
    /// # }
    /// use tower_lambda_authorizer::shared_cache::SharedCache;
    ///
    /// let (old, new) = ([7; 32], [8; 32]); // from the application's configuration
    /// let cache = SharedCache::new(Store, new)?.also_reading(old)?;
    /// assert!(cache.also_reading("too short").is_err());
    /// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::SharedCacheSecret`] if the secret has fewer than 32 bytes, and
    /// [`ConfigError::EarlierSecretWithRevocations`] if the cache has [revocations](Self::with_revocations). Processes that
    /// know only the earlier secret follow another log, so a result of theirs could be used after it was revoked.
    /// [Caching](crate::caching#a-new-secret) has the steps for such a cache.
    pub fn also_reading(mut self, earlier_secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        if self.has_revocations() {
            return Err(ConfigError::EarlierSecretWithRevocations);
        }
        let secret = Secret::new(earlier_secret.as_ref())?;
        self.earlier.push(Arc::new(secret));
        Ok(self)
    }
}
