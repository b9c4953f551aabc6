//! The paths that servers read instead of one with empty segments or a `;`.

use super::spellings::{add, merge_slashes, other_paths};

/// What servers may read instead of a path with empty segments or a `;`: the path with consecutive slashes merged, and each
/// [other path](other_paths), as it is and with slashes merged. Unlike [`spellings`](super::spellings::spellings), these are
/// not other spellings of the same path: a wildcard in a policy can match a path and not its readings.
///
/// The path is the one that the client sent, because servers look for a `;` before they decode it.
pub(crate) fn readings(path: &str) -> Vec<String> {
    let mut readings = vec![path.to_owned()];
    add(&mut readings, &merge_slashes(path));
    for other in other_paths(path) {
        add(&mut readings, &other);
        add(&mut readings, &merge_slashes(&other));
    }
    readings.split_off(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_with_empty_segments_or_a_semicolon_have_readings() {
        for path in ["/", "/a", "/a/", "/a%20b/%2561", "/a%3Bx/b"] {
            assert!(readings(path).is_empty(), "{path}");
        }
        for (path, expected) in [
            ("//", &["/"][..]),
            ("//a", &["/a", "/"]),
            ("//a/", &["/a/", "/"]),
            ("//a/b//c", &["/a/b/c", "/b//c", "/b/c"]),
            ("///a/b", &["/a/b", "/b"]),
            ("/a//%62", &["/a/%62"]),
            ("/a;x", &["/a"]),
            ("/a;x/b", &["/a/b", "/a"]),
            ("/a;x/%62%3b", &["/a/%62%3b", "/a"]),
            ("/a/;x/b", &["/a//b", "/a/b", "/a/"]),
            ("/;/a", &["//a", "/a", "/"]),
            (
                "//a;x/b",
                &["/a;x/b", "//a/b", "/a/b", "//a", "/a", "/b", "/"],
            ),
        ] {
            assert_eq!(readings(path), expected, "{path}");
        }
    }
}
