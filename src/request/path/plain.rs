//! The fast check for paths and methods that can be read in only one way.

use http::Method;

/// Whether a path can be read in one way only, as almost all can: no `%`, no runs of slashes, none at the end, no
/// segment that begins with a dot, nothing that a policy takes for more than text, nothing but visible ASCII without
/// the backslash.
pub(crate) fn is_plain(path: &str) -> bool {
    let Some((b'/', below_root)) = path.as_bytes().split_first() else {
        return false;
    };
    let mut begins_segment = true;
    for byte in below_root {
        match in_path(*byte) {
            InPath::Plain => begins_segment = false,
            InPath::NotFirst if begins_segment => return false,
            InPath::NotFirst => begins_segment = *byte == b'/',
            InPath::Never => return false,
        }
    }
    !begins_segment || below_root.is_empty()
}

/// Whether a method is nothing but a name in a policy.
pub(crate) fn is_plain_method(method: &Method) -> bool {
    // As almost all are.
    if matches!(
        *method,
        Method::GET
            | Method::POST
            | Method::PUT
            | Method::DELETE
            | Method::HEAD
            | Method::OPTIONS
            | Method::PATCH
    ) {
        return true;
    }
    let mut bytes = method.as_str().bytes();
    bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Where a byte may stand in a path that is plain.
#[derive(Clone, Copy)]
enum InPath {
    Plain,
    /// Not at the beginning of a segment.
    NotFirst,
    Never,
}

/// Looked up, for each byte of each path is asked about.
fn in_path(byte: u8) -> InPath {
    const TABLE: [InPath; 256] = {
        let mut table = [InPath::Never; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
            {
                table[byte as usize] = match byte {
                    b'/' | b'.' => InPath::NotFirst,
                    // `{` behind `$` begins a policy variable.
                    b'%' | b'\\' | b'*' | b'?' | b'{' => InPath::Never,
                    byte if byte.is_ascii_graphic() => InPath::Plain,
                    _ => InPath::Never,
                };
            }
            byte += 1;
        }
        table
    };
    TABLE
        .get(usize::from(byte))
        .copied()
        .unwrap_or(InPath::Never)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{PathAmbiguity, check_is_literal, decode, spellings},
        *,
    };

    #[test]
    fn a_plain_path_is_decoded_and_has_no_other_spelling() {
        for path in ["/", "/pets", "/pets/a.b/~c", "/a:b@c,d;e=f"] {
            assert!(is_plain(path), "{path}");
        }
        let alphabet = [
            "/", ".", "a", "%41", "%", "\\", " ", "\u{7f}", "\u{e9}", "*", "?", "$", "{",
        ];
        let words = |length: u32| {
            (0..alphabet.len().pow(length)).map(move |word| {
                let letters = (0..length).map(|at| word / alphabet.len().pow(at) % alphabet.len());
                letters.map(|letter| alphabet[letter]).collect::<String>()
            })
        };
        let plain: Vec<_> = (0..5)
            .flat_map(words)
            .filter(|word| is_plain(word))
            .collect();
        assert!(plain.len() > 20);
        for path in plain {
            assert_eq!(decode(&path).as_deref(), Ok(&*path), "{path}");
            assert_eq!(check_is_literal(&path), Ok(()), "{path}");
            assert_eq!(spellings(&path, &path), [&*path]);
        }
    }

    /// Byte by byte, and by what the table is to say.
    #[test]
    fn a_byte_is_plain_or_not_wherever_it_stands() {
        for byte in 0..128_u8 {
            let c = char::from(byte);
            let is_special = "%\\*?{".contains(c);
            let is_visible = c.is_ascii_graphic() && !is_special;
            assert_eq!(is_plain(&format!("/a{c}b")), is_visible, "{c:?}");
            assert_eq!(
                is_plain(&format!("/{c}b")),
                is_visible && !"./".contains(c),
                "{c:?}"
            );
            assert_eq!(is_plain(&format!("/a{c}")), is_visible && c != '/', "{c:?}");
        }
        assert!(is_plain("/") && !is_plain("") && !is_plain("a") && !is_plain("//"));
        assert!(!is_plain("/a\u{80}"));
    }

    #[test]
    fn a_method_is_a_name_or_not() {
        for method in ["GET", "M-SEARCH", "BASELINE-CONTROL", "get", "X_1"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert!(is_plain_method(&method), "{method}");
        }
        for method in ["*", "G*T", "G.T", "$", "G|T", "~", "GET'", "!", "#", "+"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert!(!is_plain_method(&method), "{method}");
        }
    }

    #[test]
    fn what_a_policy_takes_for_a_pattern_is_no_plain_path() {
        use PathAmbiguity::*;
        for (path, ambiguity) in [
            ("/a/*", Wildcard),
            ("/*", Wildcard),
            ("/a%2Ab", Wildcard),
            ("/a%2a", Wildcard),
            ("/a%3F", Wildcard),
            ("/a%3fb", Wildcard),
            ("/${k}", PolicyVariable),
            ("/a%24%7Bk%7D", PolicyVariable),
            ("/a$%7bk", PolicyVariable),
            ("/a%24{", PolicyVariable),
        ] {
            assert!(!is_plain(path), "{path}");
            let decoded = decode(path).unwrap();
            assert_eq!(check_is_literal(&decoded), Err(ambiguity), "{path}");
        }
        for path in ["/", "/$", "/$a{b}$", "/{id}", "/%252A", "/a%20b"] {
            assert_eq!(check_is_literal(&decode(path).unwrap()), Ok(()), "{path}");
        }
    }
}
