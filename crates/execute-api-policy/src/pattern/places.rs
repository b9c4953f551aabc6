//! The places of each class of characters in a text.

use super::alphabet::Class;

/// Places, sorted by class.
pub(super) struct Places {
    /// Where the places of each class end.
    ends: Vec<u32>,
    places: Vec<u32>,
}

impl Places {
    /// Takes the class of each place. All classes are less than the given number.
    pub(super) fn new(class_of: &[Class], classes: usize) -> Self {
        let mut ends = vec![0; classes];
        for class in class_of {
            if let Some(count) = ends.get_mut(*class as usize) {
                *count += 1;
            }
        }
        // A class begins where the one before it ends. Each place that is stored moves its end by one.
        let mut total = 0;
        for end in &mut ends {
            total += std::mem::replace(end, total);
        }
        let mut places = vec![0; class_of.len()];
        for (place, class) in (0..).zip(class_of) {
            if let Some(end) = ends.get_mut(*class as usize) {
                if let Some(slot) = places.get_mut(*end as usize) {
                    *slot = place;
                }
                *end += 1;
            }
        }
        Self { ends, places }
    }

    /// The places of a class, in ascending order.
    pub(super) fn of(&self, class: Class) -> &[u32] {
        let end = |class: Class| self.ends.get(class as usize).map(|end| *end as usize);
        let start = class.checked_sub(1).and_then(end).unwrap_or(0);
        end(class)
            .and_then(|end| self.places.get(start..end))
            .unwrap_or_default()
    }
}
