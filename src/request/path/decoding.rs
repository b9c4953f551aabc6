//! Decodes a path, unless it is ambiguous.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::PathAmbiguity;

/// Decodes a path once, or fails if it is ambiguous. Takes time linear in its length.
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
    if decoded.split('/').any(is_dot_segment) {
        return Err(PathAmbiguity::DotSegment);
    }
    Ok(decoded)
}

/// Java servers drop a `;` and what follows it before they resolve `..`.
fn is_dot_segment(segment: &str) -> bool {
    let name = segment.split(';').next().unwrap_or(segment);
    matches!(name, "." | "..")
}

/// Fails if a decoded path would be a pattern in the resource of a policy. This covers the path as it was received,
/// too, because decoding leaves the special characters as they are.
pub(crate) fn check_is_literal(decoded: &str) -> Result<(), PathAmbiguity> {
    if decoded.contains(['*', '?']) {
        return Err(PathAmbiguity::Wildcard);
    }
    if decoded.contains("${") {
        return Err(PathAmbiguity::PolicyVariable);
    }
    Ok(())
}

/// Decodes a path once, even if it is ambiguous.
pub(crate) fn decode_as_received(path: &str) -> Result<Cow<'_, str>, PathAmbiguity> {
    percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| PathAmbiguity::NotUtf8)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ambiguity_is_named() {
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
            ("/a/..;/b", DotSegment),
            ("/a/.;x=1/b", DotSegment),
            ("/a/%2e.%3Bx/b", DotSegment),
            ("/..;", DotSegment),
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
    fn unambiguous_paths_are_decoded() {
        for (path, decoded) in [
            ("/", "/"),
            ("/pets", "/pets"),
            ("/pets/a%20b", "/pets/a b"),
            ("/...", "/..."),
            ("/a.b/..c", "/a.b/..c"),
            ("/a;x=../b..;c", "/a;x=../b..;c"),
            ("/%252F", "/%2F"),
            ("/%252A", "/%2A"),
            ("/$a{b}$", "/$a{b}$"),
            ("/%24a%7B", "/$a{"),
        ] {
            assert_eq!(decode(path).as_deref(), Ok(decoded), "{path}");
        }
    }
}
