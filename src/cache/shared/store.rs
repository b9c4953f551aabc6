//! The shared cache: a tier, and the application's secret.

mod results;

use std::{fmt, sync::Arc, time::Duration};

use super::{
    SharedTier,
    breaker::StoreBreaker,
    revocations::{Followed, Group, MIN_BOUND, RevocationLog, Revocations},
    secret::Secret,
    tier::DynSharedTier,
};
use crate::{
    breaker::CircuitBreaker,
    cache::key::Scope,
    error::{ConfigError, not_zero},
    serial::Serial,
};

const DEFAULT_TIMEOUT: Duration = Duration::from_millis(50);

/// Results in a [`SharedTier`], shared by all processes with the same secret. Cheap to clone.
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
/// let cache = SharedCache::new(Store, secret)?.timeout(Duration::from_millis(20))?;
/// assert_eq!(format!("{cache:?}"), "SharedCache");
///
/// let error = SharedCache::new(Store, "hunter2").unwrap_err();
/// assert!(matches!(error, ConfigError::SharedCacheSecret { bytes: 7, .. }));
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone)]
pub struct SharedCache {
    tier: Arc<dyn DynSharedTier>,
    secret: Arc<Secret>,
    /// Secrets that were replaced, the newest first.
    pub(super) earlier: Vec<Arc<Secret>>,
    timeout: Duration,
    serial: Serial,
    pub(super) breaker: Option<Arc<StoreBreaker>>,
    revocations: Option<Arc<Revocations>>,
}

impl SharedCache {
    /// Creates a cache in this store. All processes with the same secret share it. The secret is 32 or more random
    /// bytes.
    ///
    /// # Errors
    ///
    /// Returns an error if the secret has fewer than 32 bytes.
    pub fn new(tier: impl SharedTier, secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        Ok(Self {
            tier: Arc::new(tier),
            secret: Arc::new(Secret::new(secret.as_ref())?),
            earlier: Vec::new(),
            timeout: DEFAULT_TIMEOUT,
            serial: Serial::next(),
            breaker: Some(Arc::new(StoreBreaker::new(CircuitBreaker::new()))),
            revocations: None,
        })
    }

    /// Like [`new`](Self::new), with revocations: after one process has invalidated a result, no process uses it for
    /// longer than a second.
    ///
    /// The store also has a log of revocations, which every process reads four times a second and as soon as something
    /// is appended. A process that cannot read the log does not use the results that it has in memory. For what this
    /// guarantees and what it costs, see [caching](crate::caching).
    ///
    /// Processes with different secrets follow different logs. So such a cache cannot read results of an earlier secret
    /// ([`also_reading`](Self::also_reading) returns an error), and a new secret invalidates all earlier results. While some
    /// processes still have the earlier secret, revoke with each secret: [how](crate::caching#a-new-secret).
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`new`](Self::new).
    pub fn with_revocations(
        tier: impl SharedTier + RevocationLog,
        secret: impl AsRef<[u8]>,
    ) -> Result<Self, ConfigError> {
        let tier = Arc::new(tier);
        let revocations = Revocations::new(Arc::clone(&tier));
        Ok(Self {
            revocations: Some(Arc::new(revocations)),
            ..Self::new(tier, secret)?
        })
    }

    /// Sets how long a process may use results in its memory after it last read the log of revocations. The default is 1 s.
    /// So a revoked result is refused everywhere after this time, even by a process that cannot reach the store. Does
    /// nothing without [revocations](Self::with_revocations).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::RevocationBound`] if the bound is shorter than 100 ms.
    pub fn revocation_bound(mut self, bound: Duration) -> Result<Self, ConfigError> {
        if bound < MIN_BOUND {
            return Err(ConfigError::RevocationBound { bound });
        }
        let bounded = |revocations: Arc<Revocations>| Arc::new(revocations.bounded(bound));
        self.revocations = self.revocations.map(bounded);
        // A layer with a shorter bound does not use results that were kept under a longer one.
        self.serial = Serial::next();
        Ok(self)
    }

    /// Sets the timeout of a look-up or a write, 50 ms by default. If a look-up takes longer, the authorizer is called.
    ///
    /// A miss waits for a look-up and, after the authorizer's answer, for a write. If only the write fails, the miss also
    /// waits for the removal of the earlier value. So a store that hangs delays a request by at most twice this timeout.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::Zero`] if the timeout is zero.
    pub fn timeout(mut self, timeout: Duration) -> Result<Self, ConfigError> {
        self.timeout = not_zero(timeout, "timeout", "calls to the store would have no time")?;
        Ok(self)
    }

    /// Distinguishes it from others in this process, since another store or another secret has other results.
    pub(crate) fn distinction(&self) -> Serial {
        self.serial
    }
}

/// Revocations.
impl SharedCache {
    pub(super) fn has_revocations(&self) -> bool {
        self.revocations.is_some()
    }

    /// How long a process uses its results after it last read the log.
    pub(crate) fn bound(&self) -> Option<Duration> {
        let revocations = self.revocations.as_ref();
        revocations.map(|revocations| revocations.bound())
    }

    /// The log of revocations of a scope.
    pub(crate) fn followed(&self, scope: &Scope) -> Option<Arc<Followed>> {
        let revocations = self.revocations.as_ref()?;
        Some(revocations.followed(&self.secret, scope))
    }

    pub(crate) fn identity_group(&self, scope: &Scope, key: &[u8]) -> Group {
        let key = scope.spelled_out(key);
        self.secret.group(scope, "identity", &key)
    }

    pub(crate) fn principal_group(&self, scope: &Scope, principal: &str) -> Group {
        self.secret.group(scope, "principal", principal.as_bytes())
    }

    pub(crate) fn tag_group(&self, scope: &Scope, tag: &str) -> Group {
        self.secret.group(scope, "tag", tag.as_bytes())
    }
}
/// Shows no fields: neither the secret, nor the store, whose `Debug` may show credentials.
impl fmt::Debug for SharedCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedCache")
    }
}
