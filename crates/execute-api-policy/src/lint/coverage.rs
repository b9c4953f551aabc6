//! Compares which resources two patterns cover.

use super::document::is_everything;
use crate::pattern::{Wildcard, split_arn};

/// Whether an entry covers everything that another entry covers. The wildcards of the narrower entry count as plain
/// text, so only a star in the wider entry covers them.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    if wide == narrow || is_everything(wide) {
        return true;
    }
    let have_variables = wide.contains("${") || narrow.contains("${");
    match (split_arn(wide), split_arn(narrow)) {
        (Some((wide_head, wide)), Some((narrow_head, narrow))) if !have_variables => {
            let heads = wide_head.into_iter().zip(narrow_head);
            heads
                .chain([(wide, narrow)])
                .all(|(wide, narrow)| part_covers(wide, narrow))
        }
        _ => false,
    }
}

/// A `?` in the wider part does not cover a star in the narrower part.
fn part_covers(wide: &str, narrow: &str) -> bool {
    let is_certain = !(wide.contains('?') && narrow.contains('*'));
    is_certain && Wildcard::new(wide).matches(narrow)
}

/// Whether both entries may cover the same ARN. A variable may match anything.
pub(super) fn overlap(a: &str, b: &str) -> bool {
    if a.contains("${") || b.contains("${") {
        return true;
    }
    match (split_arn(a), split_arn(b)) {
        (Some((a_head, a)), Some((b_head, b))) => {
            let heads = a_head.into_iter().zip(b_head);
            heads.chain([(a, b)]).all(|(a, b)| parts_overlap(a, b))
        }
        // A short ARN continues with `*`.
        _ => parts_overlap(&format!("{a}*"), &format!("{b}*")),
    }
}

fn parts_overlap(a: &str, b: &str) -> bool {
    let b: Vec<_> = b.chars().collect();
    // For each end of `b`, whether it matches the same texts as the end of `a` from here on.
    let mut after = ends_of(&b);
    for of_a in a.chars().rev() {
        let mut here = vec![false; b.len() + 1];
        for at in (0..=b.len()).rev() {
            let (skips_a, skips_b) = (get(&after, at), get(&here, at + 1));
            let found = match (of_a, b.get(at)) {
                ('*', Some(_)) | (_, Some('*')) => skips_a || skips_b,
                ('*', None) => skips_a,
                (_, None) => false,
                (of_a, Some(of_b)) => {
                    let is_same = of_a == *of_b || of_a == '?' || *of_b == '?';
                    is_same && get(&after, at + 1)
                }
            };
            if let Some(place) = here.get_mut(at) {
                *place = found;
            }
        }
        after = here;
    }
    get(&after, 0)
}

/// For each suffix of a pattern, whether it matches the empty text.
fn ends_of(pattern: &[char]) -> Vec<bool> {
    let stars = pattern.iter().rev().take_while(|c| **c == '*').count();
    (0..=pattern.len())
        .map(|at| pattern.len() - at <= stars)
        .collect()
}

fn get(places: &[bool], at: usize) -> bool {
    places.get(at).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(resource: &str) -> String {
        format!("arn:aws:execute-api:eu-west-1:123456789012:{resource}")
    }

    #[test]
    fn a_wider_entry_covers_a_narrower_one() {
        for (wide, narrow, expected) in [
            ("a/*", "a/s/GET/x", true),
            ("a/*", "a/*", true),
            ("a/*", "a/s/*/x", true),
            ("a/s/*", "a/*", false),
            ("a/s/GET/?", "a/s/GET/*", false),
            ("a/s/GET/?", "a/s/GET/?", true),
            ("a/s/GET/?", "a/s/GET/x", true),
            ("a/s/GET/x", "a/s/GET/${k}", false),
        ] {
            assert_eq!(
                covers(&arn(wide), &arn(narrow)),
                expected,
                "{wide} {narrow}"
            );
        }
        assert!(covers("*", "arn:aws"));
        assert!(covers("arn:*:execute-api:*:*:a/*", &arn("a/s/GET/x")));
        assert!(!covers(&arn("a/*"), "arn:*:execute-api:*:*:a/s/GET/x"));
    }

    #[test]
    fn two_patterns_overlap_if_some_text_matches_both() {
        for (a, b, expected) in [
            ("a/*", "*/x", true),
            ("a/*", "b/*", false),
            ("a/s/GET/x", "a/s/GET/x", true),
            ("a/s/GET/x", "a/s/GET/x/*", false),
            ("a/*/x", "a/s/?ET/*", true),
            ("a/??", "a/x", false),
            ("a/*b*c", "a/c*d*c", true),
            ("a", "ab", false),
            ("", "*", true),
        ] {
            assert_eq!(overlap(&arn(a), &arn(b)), expected, "{a} {b}");
            assert_eq!(overlap(&arn(b), &arn(a)), expected, "{b} {a}");
        }
        assert!(overlap("*", &arn("a")));
        assert!(overlap("arn:aws:execute-api", &arn("a")));
        assert!(overlap("arn:aws:execute-api:*:*:a/*", &arn("a/b")));
        assert!(!overlap("arn:aws:execute-api:us-*:*:a/*", &arn("a/b")));
        let open = "arn:aws:execute-api:*:*:a/s";
        assert!(!overlap(
            &format!("{open}/GET/*"),
            &format!("{open}/POST/*")
        ));
    }
}
