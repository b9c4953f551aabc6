//! Limits the time that the stories of decisions take.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A token bucket of time. Each story costs 5 ms, so there are at most 200 stories a second. A story that took long
/// costs five times as long as it took, so at most a fifth of one core is used. The bucket may become negative.
pub(crate) struct Budget {
    /// When the bucket will be full again.
    full_at: Mutex<Instant>,
}

const FULL: Duration = Duration::from_secs(1);
const CHEAPEST: Duration = Duration::from_millis(5);
const FACTOR: u32 = 5;

/// The longest time for which one story can delay the next ones.
const MAX: Duration = Duration::from_secs(60);

impl Budget {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            full_at: Mutex::new(now),
        }
    }

    /// Pays for a story if enough time is left. Returns whether it was paid.
    pub(crate) fn pays(&self, now: Instant) -> bool {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let paid = (*full_at).max(now) + CHEAPEST;
        let is_paid = paid.saturating_duration_since(now) <= FULL;
        if is_paid {
            *full_at = paid;
        }
        is_paid
    }

    /// Charges the part of a story's cost that was not paid in advance.
    pub(crate) fn took(&self, time: Duration) {
        let beyond = time
            .saturating_mul(FACTOR)
            .min(MAX)
            .saturating_sub(CHEAPEST);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        *full_at += beyond;
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

    #[test]
    fn a_story_that_takes_very_long_is_paid_by_the_next_ones() {
        let began = Instant::now();
        let budget = Budget::new(began);
        assert!(budget.pays(began));
        budget.took(Duration::from_secs(3));
        assert!(!budget.pays(began + Duration::from_secs(14)));
        assert!(budget.pays(began + Duration::from_secs(15)));
        budget.took(Duration::MAX);
        assert!(budget.pays(began + Duration::from_secs(100)));
    }
}
