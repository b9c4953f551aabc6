//! The fast check for paths and methods that can be read in only one way.

use http::Method;

/// Whether a path can be read in only one way. Almost all paths pass this check.
///
/// Such a path consists of visible ASCII characters, without `%`, backslashes, `;` and characters that are special in a
/// policy. No segment is empty or begins with a dot, and only the root ends with a slash.
pub(crate) fn is_plain(path: &str) -> bool {
    let Some((b'/', below_root)) = path.as_bytes().split_first() else {
        return false;
    };
    let end = below_root.iter().fold(SEGMENT_BEGINS, |state, byte| {
        next_states(*byte).wrapping_shr(state)
    });
    match end & STATE_BITS {
        IN_SEGMENT => true,
        SEGMENT_BEGINS => below_root.is_empty(),
        _ => false,
    }
}

/// Whether a method can be read in only one way, and is literal text in a policy. CONNECT is not: see
/// [`is_read_as_get`].
pub(crate) fn is_plain_method(method: &Method) -> bool {
    is_literal_method(method) && !is_read_as_get(method)
}

/// Whether servers may answer the method with the handler for GET. A WebSocket over HTTP/2 begins with CONNECT (RFC 8441),
/// and is for the handler that answers GET over HTTP/1.1.
pub(crate) fn is_read_as_get(method: &Method) -> bool {
    *method == Method::CONNECT
}

/// Whether a method is literal text in a policy, and the same text to all servers. Some read `delete` as `DELETE`.
pub(crate) fn is_literal_method(method: &Method) -> bool {
    let mut bytes = method.as_str().bytes();
    bytes.all(|byte| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
    })
}

// The states of an automaton that reads a path. A state is the place of its next state in the 32 bits that
// `next_states` returns. So each byte of a path costs a load and a shift.

/// The last byte belongs to a segment.
const IN_SEGMENT: u32 = 0;
/// The last byte is a slash.
const SEGMENT_BEGINS: u32 = 8;
/// The path is not plain. The following bytes cannot change that.
const NOT_PLAIN: u32 = 16;
/// A shift uses only these bits of a state. The bits above are states that were not taken.
const STATE_BITS: u32 = 31;

/// The next state after a byte, for each state.
fn next_states(byte: u8) -> u32 {
    const fn row(in_segment: u32, segment_begins: u32) -> u32 {
        in_segment << IN_SEGMENT | segment_begins << SEGMENT_BEGINS | NOT_PLAIN << NOT_PLAIN
    }
    const NEVER: u32 = row(NOT_PLAIN, NOT_PLAIN);
    const TABLE: [u32; 256] = {
        let mut table = [NEVER; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            #[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
            {
                table[byte as usize] = match byte {
                    b'/' => row(SEGMENT_BEGINS, NOT_PLAIN),
                    b'.' => row(IN_SEGMENT, NOT_PLAIN),
                    // `${` begins a policy variable.
                    b'%' | b'\\' | b'*' | b'?' | b'{' | b';' => NEVER,
                    byte if byte.is_ascii_graphic() => row(IN_SEGMENT, IN_SEGMENT),
                    _ => NEVER,
                };
            }
            byte += 1;
        }
        table
    };
    TABLE.get(usize::from(byte)).copied().unwrap_or(NEVER)
}

#[cfg(test)]
mod tests {
    use super::{
        super::{PathAmbiguity, check_is_literal, decode, spellings},
        *,
    };

    #[test]
    fn a_plain_path_decodes_to_itself_and_has_no_other_spelling() {
        for path in ["/", "/pets", "/pets/a.b/~c", "/a:b@c,d=e"] {
            assert!(is_plain(path), "{path}");
        }
        let alphabet = [
            "/", ".", "a", "%41", "%", "\\", " ", "\u{7f}", "\u{e9}", "*", "?", "$", "{", ";",
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

    /// Compares it with its description, for all paths of up to eight bytes that take turns between the states.
    #[test]
    fn a_plain_path_is_what_its_description_says() {
        let is_described = |path: &str| {
            let Some(below_root) = path.strip_prefix('/') else {
                return false;
            };
            let is_segment = |segment: &str| !segment.is_empty() && !segment.starts_with('.');
            let mut segments = below_root.split('/');
            !path.contains('%') && (below_root.is_empty() || segments.all(is_segment))
        };
        let letters = ['/', '.', 'a', '%'];
        let mut words = vec![String::new()];
        for _ in 0..8 {
            let longer = |word: &String| letters.map(|letter| format!("{word}{letter}"));
            words = words.iter().flat_map(longer).collect();
            for word in &words {
                assert_eq!(is_plain(word), is_described(word), "{word}");
            }
        }
    }

    /// Tries every ASCII character in every position.
    #[test]
    fn each_character_is_plain_only_where_it_is_allowed() {
        for byte in 0..128_u8 {
            let c = char::from(byte);
            let is_special = "%\\*?{;".contains(c);
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
        for method in ["GET", "M-SEARCH", "BASELINE-CONTROL", "X_1"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert!(is_plain_method(&method), "{method}");
        }
        for method in [
            "*", "G*T", "G.T", "$", "G|T", "~", "GET'", "!", "#", "+", "get", "Get", "GEt",
            "m-search", "CONNECT",
        ] {
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
