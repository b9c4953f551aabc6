//! The places of the characters that a text has rarely.

use super::alphabet::Class;

/// Places, sorted by class.
pub(super) struct Places {
    /// Where the places of each class end.
    ends: Vec<usize>,
    places: Vec<usize>,
}

impl Places {
    /// Makes room for this many places of each class.
    pub(super) fn with_counts(counts: impl Iterator<Item = usize>) -> Self {
        // A class begins where the one before it ends. Each place that is added moves its end by one.
        let mut total = 0;
        let starts = counts.map(|count| {
            let start = total;
            total += count;
            start
        });
        Self {
            ends: starts.collect(),
            places: vec![0; total],
        }
    }

    /// Adds a place after all other places of the class.
    pub(super) fn add(&mut self, class: Class, place: usize) {
        let Some(end) = self.ends.get_mut(class as usize) else {
            return;
        };
        if let Some(slot) = self.places.get_mut(*end) {
            *slot = place;
        }
        *end += 1;
    }

    /// The places of a class, in ascending order.
    pub(super) fn of(&self, class: Class) -> &[usize] {
        let end = |class: Class| self.ends.get(class as usize).copied();
        let start = class.checked_sub(1).and_then(end).unwrap_or(0);
        end(class)
            .and_then(|end| self.places.get(start..end))
            .unwrap_or_default()
    }
}
