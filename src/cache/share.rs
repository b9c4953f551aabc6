//! What goes between this process's results and the shared tier.

use super::{
    cached::{Answer, Loaded},
    key::Key,
    result_cache::ResultCache,
};
use crate::settings::Settings;

impl ResultCache {
    /// Looks for a result in the shared tier.
    pub(super) async fn load(&self, settings: &Settings, key: &Key) -> Loaded {
        let Some(shared) = &settings.results.shared else {
            return Loaded::Missing;
        };
        let now = || settings.clock.now();
        let loaded = shared.load(&settings.scope, key, now).await;
        match loaded {
            Loaded::Found { .. } => self.state.counters.shared_hit(),
            Loaded::Failed => self.state.counters.shared_error(),
            Loaded::Missing => (),
        }
        loaded
    }

    /// Puts a result into the shared tier, unless something was forgotten by name since the epoch.
    pub(super) async fn share(&self, answer: &Answer, settings: &Settings, key: &Key, epoch: u64) {
        let is_forgotten = || self.state.memory.epoch() != epoch;
        let Some(shared) = settings.results.shared.as_ref().filter(|_| !is_forgotten()) else {
            return;
        };
        let (ttl, now) = (settings.result_ttl, settings.clock.now());
        let is_kept = shared.store(&settings.scope, key, answer, ttl, now).await;
        let is_undone = match is_forgotten() {
            true => shared.remove(&settings.scope, key).await.is_ok(),
            false => true,
        };
        if !(is_kept && is_undone) {
            self.state.counters.shared_error();
        }
    }
}
