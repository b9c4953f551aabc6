//! The paths that servers read instead of an unusual one.

use std::borrow::Cow;

use super::spellings::{merge_slashes, without_parameters};

/// A path with more empty segments and `;` than this is not taken for one that a policy names.
const MOST_MARKS: usize = 8;

/// A character that hardly any policy names.
const OTHER: &str = "\u{fffd}";

/// What servers may read instead of a path with empty segments or a `;`: consecutive slashes merged; also without each
/// segment's `;` and what follows it; and only up to the first `;`. Unlike [`spellings`](super::spellings::spellings),
/// these are not other spellings of the same path: a wildcard in a policy can match a path and not its readings.
///
/// A slash at the end is not unusual. Takes time linear in the length of the path.
pub(crate) fn readings(path: &str) -> Vec<String> {
    let mut readings = Vec::new();
    let mut add = |reading: &str| {
        let reading = merge_slashes(reading).into_owned();
        if reading != path && !readings.contains(&reading) {
            readings.push(reading);
        }
    };
    add(path);
    let path = with_plain_semicolons(path);
    if let Some((before, behind)) = path.split_once(';') {
        add(&without_parameters(&path));
        if behind.contains('/') {
            add(before);
        }
    }
    readings
}

/// The path with another character in the place of one that makes it unusual, for each such character, and in each empty
/// segment. `None` if there are more than [`MOST_MARKS`], since a policy may be evaluated for each.
pub(crate) fn with_marks_replaced(path: &str) -> Option<impl Iterator<Item = String>> {
    let marks = ["//", ";", "%3B", "%3b"];
    let mut found: Vec<(usize, &str)> = Vec::new();
    for (at, _) in path.char_indices() {
        let rest = path.get(at..).unwrap_or_default();
        found.extend(
            marks
                .iter()
                .find(|mark| rest.starts_with(**mark))
                .map(|mark| (at, *mark)),
        );
        if found.len() > MOST_MARKS {
            return None;
        }
    }
    let replaced = move |from: usize, to: usize| {
        let (before, behind) = (path.get(..from)?, path.get(to..)?);
        Some([before, OTHER, behind].concat())
    };
    Some(found.into_iter().flat_map(move |(at, mark)| {
        let characters = (at..at + mark.len()).map(|at| (at, at + 1));
        let inserted = (mark == "//").then_some((at + 1, at + 1));
        characters
            .chain(inserted)
            .filter_map(move |(from, to)| replaced(from, to))
    }))
}

fn with_plain_semicolons(path: &str) -> Cow<'_, str> {
    if path.contains("%3") {
        path.replace("%3B", ";").replace("%3b", ";").into()
    } else {
        path.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unusual_paths_have_readings() {
        for path in ["/", "/a", "/a/", "/a%20b/%2561", "/a%3C"] {
            assert!(readings(path).is_empty(), "{path}");
        }
        for (path, expected) in [
            ("//", &["/"][..]),
            ("//a/", &["/a/"]),
            ("/a//%62", &["/a/%62"]),
            ("/a;x", &["/a"]),
            ("/a%3bx", &["/a"]),
            ("/a;x/", &["/a/", "/a"]),
            ("/;/a", &["/a", "/"]),
            ("/a;x/b;y", &["/a/b", "/a"]),
            ("//a;x//b", &["/a;x/b", "/a/b", "/a"]),
        ] {
            assert_eq!(readings(path), expected, "{path}");
        }
    }

    #[test]
    fn each_mark_is_replaced() {
        let replaced = |path| with_marks_replaced(path).map(Iterator::collect::<Vec<_>>);
        assert_eq!(replaced("/a/b"), Some(vec![]));
        for (path, expected) in [
            ("/a;b", &["/a\u{fffd}b"][..]),
            ("//a", &["\u{fffd}/a", "/\u{fffd}a", "/\u{fffd}/a"]),
            ("/%3b", &["/\u{fffd}3b", "/%\u{fffd}b", "/%3\u{fffd}"]),
            ("/;é;", &["/\u{fffd}é;", "/;é\u{fffd}"]),
        ] {
            let expected = expected.iter().map(|path| (*path).to_owned()).collect();
            assert_eq!(replaced(path), Some(expected), "{path}");
        }
        let (most, more) = (";".repeat(MOST_MARKS), ";".repeat(MOST_MARKS + 1));
        assert!(with_marks_replaced(&most).is_some());
        assert!(with_marks_replaced(&more).is_none());
    }
}
