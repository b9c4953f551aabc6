//! The results of settings that were replaced. They are used again if these settings return before the results expire, so
//! a revocation has to reach them, too, and their statistics go on.

use std::time::Instant;

use crate::{
    cache::{AuthorizerResults, CacheStatistics, StatisticsSums},
    clock::later,
};

#[derive(Default)]
pub(super) struct Earlier {
    replaced: Vec<Replaced>,
    /// Statistics of each authorizer, over all of its caches.
    statistics: StatisticsSums,
}

struct Replaced {
    authorizer: String,
    results: AuthorizerResults,
    /// When the last of the results has expired.
    until: Instant,
}

impl Earlier {
    /// Adds the results of a layer that was replaced, unless the current one uses them.
    pub(super) fn add(
        &mut self,
        replaced: Vec<(String, AuthorizerResults)>,
        current: &[(String, AuthorizerResults)],
    ) {
        let now = Instant::now();
        for (authorizer, results) in replaced {
            self.statistics.add(&authorizer, &results.statistics());
            self.replaced
                .retain(|kept| now < kept.until && !kept.results.are_those_of(&results));
            let mut used = current.iter();
            if !used.any(|(_, current)| current.are_those_of(&results)) {
                let until = later(now, results.longest_life());
                self.replaced.push(Replaced {
                    authorizer,
                    results: results.detached(),
                    until,
                });
            }
        }
    }

    pub(super) fn of(&self, authorizer: &str) -> impl Iterator<Item = AuthorizerResults> {
        let kept = self
            .replaced
            .iter()
            .filter(move |kept| kept.authorizer == authorizer);
        kept.map(|kept| kept.results.clone().detached())
    }

    /// The statistics of an authorizer's current results, with the counters of its earlier ones.
    pub(super) fn statistics(
        &mut self,
        authorizer: &str,
        current: &AuthorizerResults,
    ) -> CacheStatistics {
        // Requests that began before a replacement have been counted since then.
        for kept in &self.replaced {
            if kept.authorizer == authorizer {
                self.statistics.add(authorizer, &kept.results.statistics());
            }
        }
        self.statistics.add(authorizer, &current.statistics())
    }
}
