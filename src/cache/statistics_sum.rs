//! Adds up the statistics of caches that take each other's place, so that counters never fall.

use std::collections::{BTreeMap, VecDeque};

use super::statistics::{CacheStatistics, Source};
use crate::serial::Serial;

/// How many caches are told apart. One that returns after this many others is counted a second time.
const MAX: usize = 64;

/// A sum for each name.
#[derive(Debug, Default)]
pub(crate) struct StatisticsSums(BTreeMap<String, StatisticsSum>);

/// The counters of all caches that there were.
#[derive(Debug)]
struct StatisticsSum {
    /// The statistics of the sum itself, which can be a part of another sum.
    source: Serial,
    /// The last statistics of each cache. The cache that was added last is at the end.
    caches: VecDeque<CacheStatistics>,
    /// The statistics of caches that are not told apart any more.
    others: CacheStatistics,
}

impl StatisticsSums {
    /// Adds the latest statistics of a cache. Returns the counters of all caches with this name, and the sizes of this one.
    pub(crate) fn add(&mut self, name: &str, latest: &CacheStatistics) -> CacheStatistics {
        if let Some(sum) = self.0.get_mut(name) {
            return sum.add(latest);
        }
        let sum = self.0.entry(name.to_owned());
        sum.or_insert_with(StatisticsSum::new).add(latest)
    }
}

impl StatisticsSum {
    fn new() -> Self {
        Self {
            source: Serial::next(),
            caches: VecDeque::new(),
            others: CacheStatistics::default(),
        }
    }

    fn add(&mut self, latest: &CacheStatistics) -> CacheStatistics {
        self.note(latest);
        let others = latest.with_counters(&self.others, |_, others| others);
        let sum = self.caches.iter().fold(others, |sum, cache| {
            sum.with_counters(cache, u64::saturating_add)
        });
        CacheStatistics {
            source: Source(Some(self.source)),
            ..sum
        }
    }

    fn note(&mut self, latest: &CacheStatistics) {
        let mut known = self.caches.iter();
        let known = known.position(|cache| cache.source.0 == latest.source.0);
        let known = known.and_then(|index| self.caches.remove(index));
        // Another thread may have added later ones already.
        let latest = known.map_or(*latest, |known| latest.with_counters(&known, u64::max));
        self.caches.push_back(latest);
        if self.caches.len() > MAX {
            if let Some(first) = self.caches.pop_front() {
                self.others = self.others.with_counters(&first, u64::saturating_add);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statistics(source: Serial, hits: u64) -> CacheStatistics {
        CacheStatistics {
            source: Source(Some(source)),
            hits,
            entries: 7,
            ..CacheStatistics::default()
        }
    }

    #[test]
    fn many_caches_are_added_up_in_little_memory() {
        let mut sums = StatisticsSums::default();
        for count in 1..=1_000 {
            let sum = sums.add("pets", &statistics(Serial::next(), 2));
            assert_eq!((sum.hits, sum.entries), (2 * count, 7));
        }
        assert_eq!(sums.0["pets"].caches.len(), MAX);
        assert_eq!(sums.add("orders", &statistics(Serial::next(), 2)).hits, 2);
    }

    #[test]
    fn a_cache_that_is_used_is_told_apart_for_as_long_as_it_is() {
        let mut sums = StatisticsSums::default();
        let stays = Serial::next();
        for count in 1..=1_000 {
            sums.add("pets", &statistics(stays, count));
            let sum = sums.add("pets", &statistics(Serial::next(), 1));
            assert_eq!(sum.hits, 2 * count);
        }
    }

    #[test]
    fn a_sum_can_be_a_part_of_another_sum() {
        let (mut inner, mut outer) = (StatisticsSums::default(), StatisticsSums::default());
        for hits in [3, 5, 8] {
            let sum = inner.add("pets", &statistics(Serial::next(), hits));
            outer.add("pets", &sum);
        }
        let last = inner.add("pets", &statistics(Serial::next(), 0));
        assert_eq!(outer.add("pets", &last).hits, 16);
    }
}
