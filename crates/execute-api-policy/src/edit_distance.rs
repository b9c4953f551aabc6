//! How similar two names are, to find the known name that an unknown one may stand for.

/// How many letters have to be inserted, removed or replaced to turn one text into the other.
#[must_use]
pub fn edit_distance(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (removed, letter) in from.iter().enumerate() {
        let mut above_left = removed;
        let mut left = removed + 1;
        for (above, other) in row.iter_mut().skip(1).zip(to) {
            let replaced = above_left + usize::from(letter != other);
            above_left = *above;
            left = replaced.min(left + 1).min(*above + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = removed + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        for (from, to, expected) in [
            ("", "", 0),
            ("abc", "abc", 0),
            ("", "ab", 2),
            ("ab", "", 2),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
        ] {
            assert_eq!(edit_distance(from.as_bytes(), to.as_bytes()), expected);
        }
    }
}
