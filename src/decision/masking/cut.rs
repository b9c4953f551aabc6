//! Masks a credential of which a text has only the beginning, because the text was cut off.

use super::MIN_CREDENTIAL_LENGTH;

/// Masks a credential that was cut off at the end of the text.
pub(super) fn mask_cut(text: &mut String, credential: &str) {
    let length = overlap(text.as_bytes(), credential.as_bytes());
    if length >= MIN_CREDENTIAL_LENGTH {
        text.truncate(text.len() - length);
        text.push_str("***");
    }
}

/// The length of the longest prefix of `pattern` that is a suffix of `text`. This is the Knuth-Morris-Pratt search, run
/// to the end of the text, and takes linear time in the shorter of the two.
fn overlap<T: PartialEq>(text: &[T], pattern: &[T]) -> usize {
    let longest = pattern.len().min(text.len());
    let (pattern, _) = pattern.split_at(longest);
    let (_, text) = text.split_at(text.len() - longest);
    let mut borders = Vec::with_capacity(longest);
    borders.extend(pattern.first().map(|_| 0));
    for item in pattern.iter().skip(1) {
        let known = borders.last().copied().unwrap_or_default();
        borders.push(extend(pattern, &borders, known, item));
    }
    text.iter()
        .fold(0, |length, item| extend(pattern, &borders, length, item))
}

/// How much of `pattern` matches after `item`, if its first `length` items matched before. `borders` has, for each prefix
/// of `pattern`, the length of its longest proper prefix that is also its suffix.
fn extend<T: PartialEq>(pattern: &[T], borders: &[usize], mut length: usize, item: &T) -> usize {
    loop {
        if pattern.get(length) == Some(item) {
            return length + 1;
        }
        match length.checked_sub(1).and_then(|last| borders.get(last)) {
            Some(shorter) => length = *shorter,
            None => return 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local!(static COMPARISONS: Cell<usize> = const { Cell::new(0) });

    struct Counted(u8);

    impl PartialEq for Counted {
        fn eq(&self, other: &Self) -> bool {
            COMPARISONS.set(COMPARISONS.get() + 1);
            self.0 == other.0
        }
    }

    fn comparisons(text: &str, credential: &str) -> usize {
        let counted = |text: &str| text.bytes().map(Counted).collect::<Vec<_>>();
        COMPARISONS.set(0);
        overlap(&counted(text), &counted(credential));
        COMPARISONS.get()
    }

    #[test]
    fn searching_for_a_truncated_credential_takes_linear_time() {
        let length = 20_000;
        let same = "a".repeat(length);
        for (text, credential) in [
            (same.clone(), format!("{same}b")),
            (format!("{same}b"), same.clone()),
            (format!("b{same}"), format!("{same}b")),
            (
                "ab".repeat(length / 2),
                format!("{}aa", "ab".repeat(length / 2 - 2)),
            ),
        ] {
            let comparisons = comparisons(&text, &credential);
            assert!(comparisons <= 5 * length, "{comparisons}");
            assert!(
                comparisons >= length,
                "{comparisons} comparisons are too few for a search"
            );
        }
    }

    #[test]
    fn the_longest_prefix_at_the_end_is_found() {
        let words = |length: u32| {
            (0..3_usize.pow(length)).map(move |word| {
                let letters = (0..length).map(|at| word / 3_usize.pow(at) % 3);
                letters
                    .map(|letter| ['a', 'b', '\u{e9}'][letter])
                    .collect::<String>()
            })
        };
        let all: Vec<_> = (0..6).flat_map(words).collect();
        for text in &all {
            for credential in &all {
                let mut beginnings =
                    (0..=credential.len()).filter_map(|length| credential.get(..length));
                let longest = beginnings.rfind(|beginning| text.ends_with(beginning));
                let found = overlap(text.as_bytes(), credential.as_bytes());
                assert_eq!(Some(found), longest.map(str::len), "{text} {credential}");
            }
        }
    }

    #[test]
    fn a_truncated_credential_is_masked_if_it_is_long_enough() {
        for (text, masked) in [
            ("token: s3cr", "token: ***"),
            ("token: s3c", "token: s3c"),
            ("s3cret-w", "***"),
            ("", ""),
        ] {
            let mut text = text.to_owned();
            mask_cut(&mut text, "s3cret-word");
            assert_eq!(text, masked);
        }
    }
}
