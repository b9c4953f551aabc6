//! A shared cache whose revocations reach all processes.

use std::{sync::Arc, time::Duration};

use super::{
    SharedCache, SharedTier, SharedTierError,
    revocations::{Begun, Group, RevocationLog, Revocations, Revoked, Watched},
};
use crate::{ConfigError, cache::key::Scope};

/// The time limit of publishing a revocation. It is longer than that of a look-up, since nobody waits who could ask the
/// authorizer instead.
const REVOKE_TIME_LIMIT: Duration = Duration::from_secs(1);

impl SharedCache {
    /// Like [`new`](Self::new), and what one process invalidates is refused by all processes within a second.
    ///
    /// The store also has a log of revocations, which every process reads four times a second and as soon as something is
    /// appended. A process that cannot read the log does not use what it has in memory. For what this guarantees and what
    /// it costs, see [caching](crate::caching).
    ///
    /// Processes with different secrets follow different logs. So such a cache cannot read results of an earlier secret
    /// ([`also_reading`](Self::also_reading) returns an error), and a new secret makes all earlier results void. While some
    /// processes still have the earlier secret, revoke in a process with each secret.
    ///
    /// # Errors
    ///
    /// Like [`new`](Self::new).
    pub fn with_revocations(
        tier: impl SharedTier + RevocationLog,
        secret: impl AsRef<[u8]>,
    ) -> Result<Self, ConfigError> {
        let tier = Arc::new(tier);
        let revocations = Revocations::new(Arc::clone(&tier));
        let mut cache = Self::new(tier, secret)?;
        cache.revocations = Some(Arc::new(revocations));
        Ok(cache)
    }

    /// Sets how long a process may use results in its memory after it last read the log of revocations. The default is 1 s,
    /// and the minimum is 100 ms. So a revoked result is refused everywhere after this time, even by a process that cannot
    /// reach the store. Does nothing without [revocations](Self::with_revocations).
    #[must_use]
    pub fn revocation_bound(mut self, bound: Duration) -> Self {
        let bounded = |revocations: Arc<Revocations>| Arc::new(revocations.bounded(bound));
        self.revocations = self.revocations.map(bounded);
        self
    }
}

/// Without revocations, each of these functions that returns an option returns `None`.
impl SharedCache {
    pub(super) fn has_revocations(&self) -> bool {
        self.revocations.is_some()
    }

    fn watched(&self, scope: &Scope) -> Option<Arc<Watched>> {
        let revocations = self.revocations.as_ref()?;
        Some(revocations.watched(&self.secret, scope))
    }

    /// Begins a call.
    pub(crate) fn begin(&self, scope: &Scope) -> Option<Begun> {
        Some(self.watched(scope)?.begin())
    }

    /// Revokes results in all processes. Returns how many were listening, if the store knows.
    pub(in crate::cache) async fn revoke(
        &self,
        scope: &Scope,
        revoked: Revoked,
    ) -> Option<Result<Option<u64>, SharedTierError>> {
        let watched = self.watched(scope)?;
        let appended = watched.revoke(revoked, REVOKE_TIME_LIMIT).await;
        Some(appended.map(|appended| appended.listening))
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
