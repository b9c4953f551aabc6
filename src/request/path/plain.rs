//! The fast check for paths and methods that can be read in only one way.

use http::Method;

/// Whether a path can be read in only one way. Almost all paths pass this check.
///
/// Such a path consists of visible ASCII. It has no `%`, no backslash and no character that is special in a policy. No
/// segment is empty or begins with a dot, and only the root ends with a slash.
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

/// Whether a method is literal text in a policy.
pub(crate) fn is_plain_method(method: &Method) -> bool {
    // Almost all methods are one of these.
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

/// Where a plain path may contain a byte.
#[derive(Clone, Copy)]
enum InPath {
    /// Everywhere.
    Plain,
    /// Everywhere but at the beginning of a segment.
    NotFirst,
    /// Nowhere.
    Never,
}

/// A lookup in a table, because this is called for each byte of each path.
fn in_path(byte: u8) -> InPath {
    const TABLE: [InPath; 256] = {
        let mut table = [InPath::Never; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
            {
                table[byte as usize] = match byte {
                    b'/' | b'.' => InPath::NotFirst,
                    // `${` begins a policy variable.
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
    fn a_plain_path_decodes_to_itself_and_has_no_other_spelling() {
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

    /// Tries every ASCII character in every position.
    #[test]
    fn each_character_is_plain_only_where_it_is_allowed() {
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
    fn a_method_is_plain_only_if_it_is_a_name() {
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
    fn a_path_that_a_policy_would_read_as_a_pattern_is_not_plain() {
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
