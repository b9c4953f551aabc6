//! Reading a request's path without being fooled by its spelling.
//!
//! A policy matches the path as text, the service behind the layer matches it by its own rules. Where
//! the two can read one path in two ways, a policy can be walked around. So a path that decodes to an
//! ambiguous one is refused, and for the rest the other spellings are worked out, so that what a policy
//! excludes stays excluded however it is spelled.

use std::{borrow::Cow, fmt};

use http::Method;
use percent_encoding::percent_decode_str;

/// What to do with a path that can be read in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AmbiguousPaths {
    /// Answer 400 to a path that has an encoded slash or backslash (`%2F`, `%5C`), a raw backslash, a
    /// `.` or `..` segment, a control character, or a percent-encoding that is malformed or not UTF-8, and
    /// to a target that is no path (`OPTIONS *`, `CONNECT host:443`); and let what a policy *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`)
    /// cover every spelling of the path: `%61dmin`, `//admin` and `admin/` are as forbidden as `admin`.
    ///
    /// Answer 400 as well if the method ARN would be a pattern in a policy: the path has `*`, `?` or `${`, as it was
    /// sent or decoded (`%2A`, `%3F`, `%24%7B`), or the method has anything but letters, digits, `-` and `_`. An
    /// authorizer that puts such a `methodArn` into a policy would allow more than it means, and its policy may be kept.
    #[default]
    Refuse,
    /// Match the path as received and nothing else (on an HTTP API: decoded and nothing else, or 400 where it does
    /// not decode to UTF-8), as API Gateway is believed to do. Choose this only where the service behind the layer
    /// compares paths byte by byte and decodes none of them, and if no authorizer copies the text of a method ARN into a
    /// policy: a `*` of the client's would be a wildcard there. What takes a [`MethodArn`](crate::MethodArn) itself, such
    /// as [`AuthorizerResponse::allow`](crate::AuthorizerResponse::allow), escapes it.
    AsReceived,
}

/// Why a path is ambiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathAmbiguity {
    /// `%2F`: a slash that is not one, or is it?
    EncodedSlash,
    /// `\` or `%5C`, which some software takes for a slash.
    Backslash,
    /// A segment that is `.` or `..`, in whatever spelling.
    DotSegment,
    /// An encoded control character, such as `%00` or `%0A`.
    ControlCharacter,
    /// A `%` that two hexadecimal digits do not follow.
    MalformedEncoding,
    /// The decoded path is not UTF-8.
    NotUtf8,
    /// The target is no path: `*`, or an authority as in `CONNECT host:443`.
    NotAPath,
    /// `*` or `?`, or `%2A` or `%3F`: a wildcard in a policy that has the method ARN as its `Resource`.
    Wildcard,
    /// `${`, or `%24%7B`: the beginning of a policy variable, as for [`Wildcard`](Self::Wildcard).
    PolicyVariable,
    /// The method has something other than letters, digits, `-` and `_`, such as `*`.
    Method,
    /// Its readings belong to operations with different authorizers: as received or decoded, with an empty segment
    /// dropped or taken for a parameter's value, with or without something for a greedy parameter to take, or HEAD as it
    /// is and as GET, whose handler answers it. Only a layer for a whole API has several.
    SeveralAuthorizers,
}

impl fmt::Display for PathAmbiguity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EncodedSlash => "it has an encoded slash (`%2F`)",
            Self::Backslash => "it has a backslash (`\\` or `%5C`)",
            Self::DotSegment => "it has a `.` or `..` segment",
            Self::ControlCharacter => "it has a control character",
            Self::MalformedEncoding => "it has a `%` that two hexadecimal digits do not follow",
            Self::NotUtf8 => "it does not decode to UTF-8",
            Self::NotAPath => "the request's target is no path",
            Self::Wildcard => {
                "it has a `*` or `?` (`%2A`, `%3F`), which would be a wildcard in a policy that is made of the method \
                 ARN"
            }
            Self::PolicyVariable => {
                "it has `${` (`%24%7B`), which would begin a variable in a policy that is made of the method ARN"
            }
            Self::Method => "the method has something other than letters, digits, `-` and `_`",
            Self::SeveralAuthorizers => {
                "its readings (its spellings, its empty segments as parameters, or HEAD as it is and as GET) belong to \
                 operations with different authorizers"
            }
        })
    }
}

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

/// Decodes an unambiguous path once. Linear in its length.
pub(crate) fn decode(path: &str) -> Result<Cow<'_, str>, PathAmbiguity> {
    if !path.starts_with('/') {
        return Err(PathAmbiguity::NotAPath);
    }
    if !has_well_formed_encoding(path) {
        return Err(PathAmbiguity::MalformedEncoding);
    }
    let decoded = decode_as_received(path)?;
    let slashes = |text: &str| text.bytes().filter(|&byte| byte == b'/').count();
    if slashes(&decoded) != slashes(path) {
        return Err(PathAmbiguity::EncodedSlash);
    }
    if decoded.contains('\\') {
        return Err(PathAmbiguity::Backslash);
    }
    if decoded.chars().any(char::is_control) {
        return Err(PathAmbiguity::ControlCharacter);
    }
    if decoded
        .split('/')
        .any(|segment| matches!(segment, "." | ".."))
    {
        return Err(PathAmbiguity::DotSegment);
    }
    Ok(decoded)
}

/// Fails if a policy that has the path in a resource would take it for a pattern. What is so as it was received is so
/// decoded as well.
pub(crate) fn check_is_literal(decoded: &str) -> Result<(), PathAmbiguity> {
    if decoded.contains(['*', '?']) {
        return Err(PathAmbiguity::Wildcard);
    }
    if decoded.contains("${") {
        return Err(PathAmbiguity::PolicyVariable);
    }
    Ok(())
}

/// Decodes a path once, whatever comes of it.
pub(crate) fn decode_as_received(path: &str) -> Result<Cow<'_, str>, PathAmbiguity> {
    percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| PathAmbiguity::NotUtf8)
}

/// The spellings that a service may take for the same resource: as received; decoded; with runs of slashes merged as
/// well; and without a slash at the end as well. Most paths have one.
pub(crate) fn spellings(path: &str, decoded: &str) -> Vec<String> {
    let mut spellings = vec![path.to_owned()];
    if decoded != path {
        spellings.push(decoded.to_owned());
    }
    let merged = merge_slashes(decoded);
    if merged != decoded {
        spellings.push(merged.clone().into_owned());
    }
    let trimmed = merged
        .strip_suffix('/')
        .filter(|trimmed| !trimmed.is_empty());
    spellings.extend(trimmed.map(str::to_owned));
    spellings
}

fn has_well_formed_encoding(path: &str) -> bool {
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = (bytes.next(), bytes.next());
            if !matches!(digits, (Some(a), Some(b)) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit())
            {
                return false;
            }
        }
    }
    true
}

fn merge_slashes(path: &str) -> Cow<'_, str> {
    if !path.contains("//") {
        return Cow::Borrowed(path);
    }
    let mut merged = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !merged.ends_with('/') {
            merged.push(c);
        }
    }
    Cow::Owned(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ambiguous_paths_are_told_apart() {
        use PathAmbiguity::*;
        for (path, ambiguity) in [
            ("/a%2Fb", EncodedSlash),
            ("/a%2fb", EncodedSlash),
            ("/a%5cb", Backslash),
            ("/a\\b", Backslash),
            ("/a/../b", DotSegment),
            ("/a/.", DotSegment),
            ("/a/%2e%2E/b", DotSegment),
            ("/a/.%2e", DotSegment),
            ("/a%00", ControlCharacter),
            ("/a%0d%0ab", ControlCharacter),
            ("/a%7F", ControlCharacter),
            ("/a%C2%85", ControlCharacter),
            ("/a%", MalformedEncoding),
            ("/a%2", MalformedEncoding),
            ("/a%zz", MalformedEncoding),
            ("/a%FF", NotUtf8),
            ("", NotAPath),
            ("*", NotAPath),
            ("admin:80", NotAPath),
        ] {
            assert_eq!(decode(path), Err(ambiguity), "{path}");
        }
    }

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

    #[test]
    fn plain_paths_decode() {
        for (path, decoded) in [
            ("/", "/"),
            ("/pets", "/pets"),
            ("/pets/a%20b", "/pets/a b"),
            ("/...", "/..."),
            ("/a.b/..c", "/a.b/..c"),
            ("/%252F", "/%2F"),
            ("/%252A", "/%2A"),
            ("/$a{b}$", "/$a{b}$"),
            ("/%24a%7B", "/$a{"),
        ] {
            assert_eq!(decode(path).as_deref(), Ok(decoded), "{path}");
        }
    }

    #[test]
    fn spellings_of_one_resource() {
        let spellings = |path: &str| spellings(path, &decode(path).unwrap()).split_off(1);
        assert!(spellings("/").is_empty());
        assert!(spellings("/admin").is_empty());
        assert_eq!(spellings("/%61dmin"), ["/admin"]);
        assert_eq!(spellings("/admin/"), ["/admin"]);
        assert_eq!(spellings("//admin"), ["/admin"]);
        assert_eq!(spellings("//"), ["/"]);
        assert_eq!(spellings("//admin/"), ["/admin/", "/admin"]);
        assert_eq!(spellings("/a//%62/"), ["/a//b/", "/a/b/", "/a/b"]);
    }
}
