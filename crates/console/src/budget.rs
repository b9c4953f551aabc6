//! How much work the stories of decisions may be.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A token bucket that holds time. Each story costs 5 ms of it, so there are at most 200 a second; one that took long
/// costs five times what it took, so at most a fifth of one core is spent.
pub(crate) struct Budget(Mutex<Bucket>);

struct Bucket {
    left: Duration,
    filled: Instant,
}

const FULL: Duration = Duration::from_secs(1);
const CHEAPEST: Duration = Duration::from_millis(5);
const FACTOR: u32 = 5;

impl Budget {
    pub(crate) fn new(now: Instant) -> Self {
        Self(Mutex::new(Bucket {
            left: FULL,
            filled: now,
        }))
    }

    /// Pays for a story, if enough is left.
    pub(crate) fn pays(&self, now: Instant) -> bool {
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.saturating_duration_since(bucket.filled);
        bucket.left = bucket.left.saturating_add(since).min(FULL);
        bucket.filled = bucket.filled.max(now);
        match bucket.left.checked_sub(CHEAPEST) {
            Some(left) => {
                bucket.left = left;
                true
            }
            None => false,
        }
    }

    /// Charges what a story has cost beyond what was paid.
    pub(crate) fn took(&self, time: Duration) {
        let beyond = (time * FACTOR).saturating_sub(CHEAPEST);
        let mut bucket = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bucket.left = bucket.left.saturating_sub(beyond);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paid(budget: &Budget, now: Instant) -> usize {
        (0..1_000).filter(|_| budget.pays(now)).count()
    }

    #[test]
    fn there_are_200_stories_a_second() {
        let began = Instant::now();
        let budget = Budget::new(began);
        assert_eq!(paid(&budget, began), 200);
        assert_eq!(paid(&budget, began + Duration::from_millis(10)), 2);
        assert_eq!(paid(&budget, began + Duration::from_secs(60)), 200);
        // Threads may read the clock in another order than they arrive here.
        assert_eq!(paid(&budget, began), 0);
    }

    #[test]
    fn stories_that_take_long_are_fewer() {
        let began = Instant::now();
        let budget = Budget::new(began);
        for _ in 0..4 {
            assert!(budget.pays(began));
            budget.took(Duration::from_millis(50));
        }
        assert!(!budget.pays(began));
        assert!(budget.pays(began + CHEAPEST));
    }
}
