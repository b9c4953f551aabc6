//! Reading a request's path without being fooled by its spelling.
//!
//! A policy matches the path as text, the service behind the layer matches it by its own rules. Where
//! the two can read one path in two ways, a policy can be walked around. So a path that decodes to an
//! ambiguous one is refused, and for the rest the other spellings are worked out, so that what a policy
//! excludes stays excluded however it is spelled.

use std::{borrow::Cow, fmt};

use percent_encoding::percent_decode_str;

/// What to do with a path that can be read in more than one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum AmbiguousPaths {
    /// Answer 400 to a path that has an encoded slash or backslash (`%2F`, `%5C`), a raw backslash, a
    /// `.` or `..` segment, a control character, or a percent-encoding that is malformed or not UTF-8, and
    /// to a target that is no path (`OPTIONS *`, `CONNECT host:443`); and let what a policy *excludes* (the `Resource` of a `Deny`, the `NotResource` of an `Allow`)
    /// cover every spelling of the path: `%61dmin`, `//admin` and `admin/` are as forbidden as `admin`.
    #[default]
    Refuse,
    /// Match the path as received and nothing else (on an HTTP API: decoded and nothing else, or 400 where it does
    /// not decode to UTF-8), as API Gateway is believed to do. Choose this only where the service behind the layer
    /// compares paths byte by byte and decodes none of them.
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
            Self::SeveralAuthorizers => {
                "its readings (its spellings, its empty segments as parameters, or HEAD as it is and as GET) belong to \
                 operations with different authorizers"
            }
        })
    }
}

/// Whether a path can be read in one way only, as almost all can: no `%`, no runs of slashes, none at the end, no
/// segment that begins with a dot, nothing but visible ASCII without the backslash.
pub(crate) fn is_plain(path: &str) -> bool {
    let mut previous = b'/';
    for (at, &byte) in path.as_bytes().iter().enumerate() {
        let is_first = at == 0;
        let is_plain = match byte {
            b'/' => is_first || previous != b'/',
            b'.' => previous != b'/',
            b'%' | b'\\' => false,
            byte => byte.is_ascii_graphic() && !is_first,
        };
        if !is_plain {
            return false;
        }
        previous = byte;
    }
    previous != b'/' || path == "/"
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
        let alphabet = ["/", ".", "a", "%41", "%", "\\", " ", "\u{7f}", "\u{e9}"];
        let words = |length: u32| {
            (0..alphabet.len().pow(length)).map(move |word| {
                let letters = (0..length).map(|at| word / alphabet.len().pow(at) % alphabet.len());
                letters.map(|letter| alphabet[letter]).collect::<String>()
            })
        };
        let plain: Vec<_> = (0..6)
            .flat_map(words)
            .filter(|word| is_plain(word))
            .collect();
        assert!(plain.len() > 20);
        for path in plain {
            assert_eq!(decode(&path).as_deref(), Ok(&*path), "{path}");
            assert_eq!(spellings(&path, &path), [&*path]);
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
