//! The shared cache: results in a tier, under names and seals that only this application can make.

use std::{
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;

use super::{
    SharedTier, SharedTierError,
    codec::{Opened, open, seal},
    secret::Secret,
    tier::DynSharedTier,
};
use crate::{
    ConfigError,
    authorizer::drop_quietly,
    cache::{
        cached::{Answer, Loaded},
        key::Scope,
    },
};

const DEFAULT_TIME_LIMIT: Duration = Duration::from_millis(50);

/// Clearing looks at every name in the store, and is done by hand.
const CLEAR_TIME_LIMIT: Duration = Duration::from_secs(30);

/// Authorizer results in a [`SharedTier`], for all processes that have the same secret. Cheap to clone.
///
/// ```
/// use std::time::Duration;
/// use tower_lambda_authorizer::{ConfigError, shared_cache::SharedCache};
/// # use tower_lambda_authorizer::shared_cache::{SharedTier, SharedTierError};
/// # struct Store;
/// # impl SharedTier for Store {
/// #     async fn get(&self, _: &str) -> Result<Option<Vec<u8>>, SharedTierError> { Ok(None) }
/// #     async fn put(&self, _: &str, _: Vec<u8>, _: Duration) -> Result<(), SharedTierError> { Ok(()) }
/// #     async fn remove(&self, _: &str) -> Result<(), SharedTierError> { Ok(()) }
/// #     async fn clear(&self, _: &str) -> Result<(), SharedTierError> { Ok(()) }
/// # }
///
/// let secret = [7; 32]; // from the application's configuration
/// let cache = SharedCache::new(Store, secret)?.time_limit(Duration::from_millis(20));
/// assert_eq!(format!("{cache:?}"), "SharedCache");
///
/// let error = SharedCache::new(Store, "hunter2").unwrap_err();
/// assert_eq!(error, ConfigError::SharedCacheSecret { bytes: 7 });
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone)]
pub struct SharedCache {
    tier: Arc<dyn DynSharedTier>,
    secret: Arc<Secret>,
    time_limit: Duration,
}

impl SharedCache {
    /// A cache in this store, for everybody with this secret: 32 random bytes or more.
    ///
    /// # Errors
    ///
    /// If the secret has fewer than 32 bytes.
    pub fn new(tier: impl SharedTier, secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Ok(Self {
            tier: Arc::new(tier),
            secret: Arc::new(Secret::new(secret.as_ref())?),
            time_limit: DEFAULT_TIME_LIMIT,
        })
    }

    /// The most that one look-up or one write may take: 50 ms if it is not said. After that the store counts as
    /// broken, and the authorizer is asked. A request that finds its result in no memory waits for one look-up, and
    /// for one write behind the authorizer if the look-up did not fail; so the store delays it by twice this at the
    /// most.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Looks for a result. The time is asked when the tier has answered.
    pub(crate) async fn load(
        &self,
        scope: &Scope,
        key: &[u8],
        now: impl FnOnce() -> SystemTime,
    ) -> Loaded {
        let key = &*scope.spelled_out(key);
        let name = self.secret.name(scope, key);
        let look_up = async { self.tier.get(&name).await };
        match within(self.time_limit, look_up).await {
            Ok(Some(value)) => match open(&self.secret, key, &value, now()) {
                Some(opened) => Loaded::from(opened),
                None => Loaded::Failed,
            },
            Ok(None) => Loaded::Missing,
            Err(_) => Loaded::Failed,
        }
    }

    /// Keeps a result. Whether it was kept: if not, the tier failed, or the answer is none that can be kept.
    pub(crate) async fn store(
        &self,
        scope: &Scope,
        key: &[u8],
        answer: &Answer,
        ttl: Duration,
        now: SystemTime,
    ) -> bool {
        let key = &*scope.spelled_out(key);
        let Some(value) = seal(&self.secret, key, answer, ttl, now) else {
            return false;
        };
        let name = self.secret.name(scope, key);
        let write = async { self.tier.put(&name, value, ttl).await };
        within(self.time_limit, write).await.is_ok()
    }

    /// Forgets a result.
    pub(crate) async fn remove(&self, scope: &Scope, key: &[u8]) -> Result<(), SharedTierError> {
        let key = &*scope.spelled_out(key);
        let name = self.secret.name(scope, key);
        within(self.time_limit, async { self.tier.remove(&name).await }).await
    }

    /// Forgets all results of one API, stage and authorizer.
    pub(crate) async fn clear(&self, scope: &Scope) -> Result<(), SharedTierError> {
        let prefix = self.secret.prefix(scope);
        within(CLEAR_TIME_LIMIT, async { self.tier.clear(&prefix).await }).await
    }
}

/// All that can run the tier's code is in the call, the end of its future included, so that no panic gets out.
async fn within<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, SharedTierError>>,
) -> Result<T, SharedTierError> {
    let call = async {
        let answer = tokio::time::timeout(limit, call).await;
        answer.map_err(|_| timed_out(limit))?
    };
    AssertUnwindSafe(call)
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| {
            drop_quietly(panic);
            Err(SharedTierError::new("the shared tier panicked"))
        })
}

fn timed_out(limit: Duration) -> SharedTierError {
    SharedTierError::new(format!("the shared tier did not answer within {limit:?}"))
}

impl From<Opened> for Loaded {
    fn from(opened: Opened) -> Self {
        Self::Found {
            answer: opened.answer,
            remaining: opened.remaining,
        }
    }
}

/// Nothing: neither the secret nor what the store's own `Debug` may show.
impl fmt::Debug for SharedCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedCache")
    }
}
