//! The paths that servers read instead of one with empty segments.

use super::spellings::{behind_host, merge_slashes};

/// What servers may read instead of a path with empty segments: the path with consecutive slashes merged, and if it begins with
/// two slashes, what is behind its first segment, since such a reference to a URL begins with a host. Unlike
/// [`spellings`](super::spellings::spellings), these are not other spellings of the same path: a wildcard in a policy can match
/// a path and not its readings.
pub(crate) fn readings(path: &str) -> Vec<String> {
    let merged = merge_slashes(path);
    let mut readings = Vec::new();
    if merged != path {
        readings.push(merged.into_owned());
    }
    readings.extend(behind_host(path).map(|behind| merge_slashes(behind).into_owned()));
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_with_empty_segments_have_readings() {
        for path in ["/", "/a", "/a/", "/a%20b/%2561", "/a;x/b"] {
            assert!(readings(path).is_empty(), "{path}");
        }
        for (path, expected) in [
            ("//", &["/", "/"][..]),
            ("//a", &["/a", "/"]),
            ("//a/", &["/a/", "/"]),
            ("//a/b//c", &["/a/b/c", "/b/c"]),
            ("///a/b", &["/a/b", "/b"]),
            ("/a//%62", &["/a/%62"]),
        ] {
            assert_eq!(readings(path), expected, "{path}");
        }
    }
}
