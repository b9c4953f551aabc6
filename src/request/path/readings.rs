//! The paths that servers read instead of one with empty segments or a `;`.

use super::spellings::{behind_host, merge_slashes, without_parameters};

/// What servers may read instead of a path with empty segments or a `;`: the path with consecutive slashes merged; if it begins
/// with two slashes, what is behind its first segment, since such a reference to a URL begins with a host; the path without each
/// `;` and what follows it in a segment; and the path up to the first `;`. Unlike [`spellings`](super::spellings::spellings),
/// these are not other spellings of the same path: a wildcard in a policy can match a path and not its readings.
///
/// `received` is the path as the client sent it. Servers look for a `;` before they decode the path.
pub(crate) fn readings(path: &str, received: &str) -> Vec<String> {
    let mut readings = Vec::new();
    add_with_slashes(&mut readings, path, path);
    let before = path.split_once(';').map(|(before, _)| before);
    if let Some(before) = before.filter(|_| received.contains(';')) {
        for reading in [&*without_parameters(path), before] {
            add(&mut readings, path, reading);
            add_with_slashes(&mut readings, path, reading);
        }
    }
    readings
}

/// Adds what servers read that merge slashes, or take what follows two of them for a host.
fn add_with_slashes(readings: &mut Vec<String>, path: &str, reading: &str) {
    add(readings, path, &merge_slashes(reading));
    if let Some(behind) = behind_host(reading) {
        add(readings, path, &merge_slashes(behind));
    }
}

fn add(readings: &mut Vec<String>, path: &str, reading: &str) {
    if reading != path && !readings.iter().any(|known| known == reading) {
        readings.push(reading.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_with_empty_segments_or_a_semicolon_have_readings() {
        for path in ["/", "/a", "/a/", "/a%20b/%2561", "/a%3Bx/b"] {
            assert!(readings(path, path).is_empty(), "{path}");
        }
        assert!(readings("/a;x/b", "/a%3Bx/b").is_empty());
        for (path, expected) in [
            ("//", &["/"][..]),
            ("//a", &["/a", "/"]),
            ("//a/", &["/a/", "/"]),
            ("//a/b//c", &["/a/b/c", "/b/c"]),
            ("///a/b", &["/a/b", "/b"]),
            ("/a//%62", &["/a/%62"]),
            ("/a;x", &["/a"]),
            ("/a;x/b", &["/a/b", "/a"]),
            ("/a;x/%62%3b", &["/a/%62%3b", "/a"]),
            ("/a/;x/b", &["/a//b", "/a/b", "/a/"]),
            ("/;/a", &["//a", "/a", "/"]),
            (
                "//a;x/b",
                &["/a;x/b", "/b", "//a/b", "/a/b", "//a", "/a", "/"],
            ),
        ] {
            assert_eq!(readings(path, path), expected, "{path}");
        }
    }
}
