//! Results in the tier, under names and with seals that need the secret.

use std::time::{Duration, SystemTime};

use super::SharedCache;
use crate::{
    cache::{
        cached::Answer,
        key::Scope,
        shared::{
            SharedTierError,
            codec::{Opened, open, seal},
            limited_call::within,
            revocations::Vouched,
            secret::Secret,
        },
        tier_outcome::{Loaded, Stored, TierFault},
    },
    contained::drop_contained,
    primitives::time::Instant,
};

/// The timeout of clearing, which scans every name in the store.
const CLEAR_TIMEOUT: Duration = Duration::from_secs(30);

impl SharedCache {
    /// Looks a result up. Reads the clock after the tier has answered.
    pub(crate) async fn load(
        &self,
        scope: &Scope,
        key: &[u8],
        now: impl FnOnce() -> SystemTime,
    ) -> Loaded {
        let key = &*scope.spelled_out(key);
        let begun = Instant::now();
        for secret in self.secrets() {
            let name = secret.name(scope, key);
            let limit = self.timeout.saturating_sub(begun.elapsed());
            match within(limit, || self.tier.get(&name)).await {
                Ok(Some(value)) => {
                    let opened = open(secret, key, &value, now());
                    return opened.map_or(Loaded::Unusable, Loaded::from);
                }
                Ok(None) => (),
                Err(error) => return Loaded::Failed(fault(error)),
            }
        }
        Loaded::Missing
    }

    /// Stores a result, which replaces an earlier one.
    pub(crate) async fn store(
        &self,
        scope: &Scope,
        key: &[u8],
        answer: (&Answer, Option<&Vouched>),
        ttl: Duration,
        now: SystemTime,
    ) -> Stored {
        let key = &*scope.spelled_out(key);
        let Some(value) = seal(&self.secret, key, answer, ttl, now) else {
            return Stored::Unfit;
        };
        let name = self.secret.name(scope, key);
        let begun = Instant::now();
        let stored = within(self.timeout, || self.tier.put(&name, value, ttl)).await;
        let limit = self.timeout.saturating_sub(begun.elapsed());
        let replaced = match stored {
            Ok(()) => self.remove_earlier(scope, key, limit).await,
            Err(error) => Err(error),
        };
        match replaced {
            Ok(()) => Stored::Kept,
            Err(error) => Stored::Failed(fault(error)),
        }
    }

    /// Removes a result.
    pub(crate) async fn remove(&self, scope: &Scope, key: &[u8]) -> Result<(), SharedTierError> {
        let key = &*scope.spelled_out(key);
        let name = self.secret.name(scope, key);
        let removed = within(self.timeout, || self.tier.remove(&name)).await;
        let earlier = self.remove_earlier(scope, key, self.timeout).await;
        removed.and(earlier)
    }

    /// Removes a result that was stored with an earlier secret. Tries all of them, and returns the first error.
    async fn remove_earlier(
        &self,
        scope: &Scope,
        key: &[u8],
        limit: Duration,
    ) -> Result<(), SharedTierError> {
        let mut removed = Ok(());
        for secret in &self.earlier {
            let name = secret.name(scope, key);
            removed = removed.and(within(limit, || self.tier.remove(&name)).await);
        }
        removed
    }

    /// Removes all results of one API, stage and authorizer.
    pub(crate) async fn clear(&self, scope: &Scope) -> Result<(), SharedTierError> {
        let mut cleared = Ok(());
        for secret in self.secrets() {
            let prefix = secret.prefix(scope);
            cleared = cleared.and(within(CLEAR_TIMEOUT, || self.tier.clear(&prefix)).await);
        }
        cleared
    }

    /// The secret, then the earlier ones.
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let earlier = self.earlier.iter();
        [&self.secret]
            .into_iter()
            .chain(earlier)
            .map(|secret| &**secret)
    }
}

/// The error may be the application's, and panic when it is dropped.
fn fault(error: SharedTierError) -> TierFault {
    let fault = error.fault();
    let _ = drop_contained(error);
    fault
}

impl From<Opened> for Loaded {
    fn from(opened: Opened) -> Self {
        Self::Found {
            answer: opened.answer,
            remaining: opened.remaining,
            vouched: opened.vouched,
        }
    }
}
