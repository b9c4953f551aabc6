//! The results of settings that were replaced. They are used again if these settings return before the results expire, so
//! a revocation has to reach them, too, and their statistics go on.

use std::{mem, sync::Weak, time::Instant};

use crate::{
    cache::{AuthorizerResults, CacheSettings, CacheStatistics, StatisticsSums},
    clock::later,
};

#[derive(Default)]
pub(super) struct Earlier {
    replaced: Vec<Replaced>,
    /// Statistics of each authorizer, over all of its caches.
    statistics: StatisticsSums,
}

/// Results that are not needed any more. Drop them without the lock: the last handle to a store drops the store, which is the
/// application's code, and may use the reload handle.
#[must_use]
pub(super) struct Forgotten(
    #[expect(dead_code, reason = "only its drop matters")] Vec<AuthorizerResults>,
);

/// Results that may return. The current layer may use them already.
struct Replaced {
    authorizer: String,
    results: AuthorizerResults,
    /// One for each replaced layer with these results. A request of it may end at any time, and then adds a result.
    layers: Vec<Weak<CacheSettings>>,
    /// When the last of the results has expired, unless another one is added.
    until: Instant,
}

impl Replaced {
    fn of(authorizer: String, results: &AuthorizerResults) -> Self {
        Self {
            authorizer,
            until: results.now(),
            results: results.clone().detached(),
            layers: Vec::new(),
        }
    }

    fn is_of(&self, authorizer: &str, results: &AuthorizerResults) -> bool {
        self.authorizer == authorizer && self.results.are_those_of(results)
    }

    fn add_layer(&mut self, layer: &Weak<CacheSettings>) {
        if !self.layers.iter().any(|known| known.ptr_eq(layer)) {
            self.layers.push(layer.clone());
        }
    }

    fn may_return(&mut self) -> bool {
        let was_used = !self.layers.is_empty();
        self.layers.retain(|layer| layer.strong_count() > 0);
        // After that: a request that has just ended may have added a result until now.
        let now = self.results.now();
        if was_used {
            self.until = later(now, self.results.longest_life());
        }
        now < self.until
    }
}

impl Earlier {
    /// Adds the results of a layer that was replaced.
    pub(super) fn add(&mut self, replaced: Vec<(String, AuthorizerResults)>) -> Forgotten {
        let mut forgotten = Vec::new();
        for (authorizer, results) in replaced {
            self.statistics.add(&authorizer, &results.statistics());
            let mut known = self.replaced.iter_mut();
            if let Some(known) = known.find(|known| known.is_of(&authorizer, &results)) {
                known.add_layer(results.configured());
                forgotten.push(mem::replace(&mut known.results, results.detached()));
            } else {
                let mut new = Replaced::of(authorizer, &results);
                new.add_layer(results.configured());
                self.replaced.push(new);
            }
        }
        self.forget_expired(&mut forgotten);
        Forgotten(forgotten)
    }

    /// The results of an authorizer that the current layer does not use.
    pub(super) fn of(
        &self,
        authorizer: &str,
        current: &[AuthorizerResults],
    ) -> Vec<AuthorizerResults> {
        let kept = self.replaced.iter().map(|kept| (kept, &kept.results));
        let kept = kept.filter(|(kept, results)| {
            let mut current = current.iter();
            kept.authorizer == authorizer && !current.any(|current| current.are_those_of(results))
        });
        kept.map(|(_, results)| results.clone().detached())
            .collect()
    }

    /// The statistics of an authorizer's current results, with the counters of its earlier ones.
    pub(super) fn statistics(
        &mut self,
        authorizer: &str,
        current: &AuthorizerResults,
    ) -> (CacheStatistics, Forgotten) {
        let mut forgotten = Vec::new();
        self.forget_expired(&mut forgotten);
        // Requests that began before a replacement have been counted since then.
        for kept in &self.replaced {
            if kept.authorizer == authorizer {
                self.statistics.add(authorizer, &kept.results.statistics());
            }
        }
        let statistics = self.statistics.add(authorizer, &current.statistics());
        (statistics, Forgotten(forgotten))
    }

    fn forget_expired(&mut self, forgotten: &mut Vec<AuthorizerResults>) {
        let Self {
            replaced,
            statistics,
        } = self;
        replaced.retain_mut(|kept| {
            let may_return = kept.may_return();
            if !may_return {
                statistics.add(&kept.authorizer, &kept.results.statistics());
                forgotten.push(kept.results.clone());
            }
            may_return
        });
    }
}
