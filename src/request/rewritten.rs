//! The path of the request if a layer has rewritten it behind an axum router.
//!
//! The router keeps the URI that the client sent, because nested routers shorten the path. A layer in between may change
//! the path, too (`/v1/pets` to `/pets`). Then the service does not get the path that the client sent, and both count.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, NestedPath, OriginalUri, RawPathParams};
use futures_util::FutureExt;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The characters that are percent-encoded in a segment.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The path as a client would send it to the service, if it is not `sent`. `None` if nested routers alone have changed
/// it, or if `sent` is not what axum has kept, because the application knows the URI better.
#[inline]
pub(crate) fn rewritten_path(parts: &Parts, sent: &str) -> Option<String> {
    // True for almost all requests: axum's copy shares the text with the URI.
    if std::ptr::eq(sent, parts.uri.path()) {
        None
    } else {
        behind_router(parts, sent)
    }
}

#[cold]
fn behind_router(parts: &Parts, sent: &str) -> Option<String> {
    let OriginalUri(original) = parts.extensions.get()?;
    if original.path() != sent {
        return None;
    }
    let path = parts.uri.path();
    let prefix = removed(parts);
    match rest(sent, &prefix) {
        Some("") if path == "/" => None,
        Some(rest) if rest == path => None,
        _ => Some(prefix.iter().flat_map(Segment::written).collect::<String>() + path),
    }
}

/// A segment that a nested router has removed.
enum Segment {
    Fixed(String),
    /// The value of a parameter, decoded.
    Value(String),
}

impl Segment {
    fn is(&self, received: &str) -> bool {
        match self {
            Self::Fixed(segment) => segment == received,
            Self::Value(value) => percent_decode_str(received).eq(value.bytes()),
        }
    }

    fn written(&self) -> [Cow<'_, str>; 2] {
        let segment = match self {
            Self::Fixed(segment) => segment.into(),
            Self::Value(value) => utf8_percent_encode(value, ENCODED).into(),
        };
        ["/".into(), segment]
    }
}

/// What nested routers have removed. It may be different from the beginning of the path that the client sent, if the path
/// was rewritten before.
fn removed(parts: &Parts) -> Vec<Segment> {
    let nested = parts.extensions.get::<NestedPath>();
    let nested = nested.map_or("", NestedPath::as_str);
    let mut parameters = None;
    let segments = nested.split('/').filter(|segment| !segment.is_empty());
    segments
        .map(|segment| {
            let name = segment
                .strip_prefix('{')
                .and_then(|name| name.strip_suffix('}'));
            let value = name.and_then(|name| {
                let parameters = parameters.get_or_insert_with(|| path_parameters(parts));
                let mut named = parameters.iter().rev().filter(|(known, _)| known == name);
                named.next().map(|(_, value)| value.clone())
            });
            value.map_or_else(|| Segment::Fixed(segment.to_owned()), Segment::Value)
        })
        .collect()
}

/// What is left of the path if routers remove these segments. `None` if it begins with others.
fn rest<'p>(path: &'p str, removed: &[Segment]) -> Option<&'p str> {
    removed.iter().try_fold(path, |path, segment| {
        let path = path.strip_prefix('/')?;
        let (first, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        segment.is(first).then_some(rest)
    })
}

/// axum lends its parameters only to extractors, which change the request.
fn path_parameters(parts: &Parts) -> Vec<(String, String)> {
    // This extractor awaits nothing, so its future is ready immediately.
    let parameters = RawPathParams::from_request_parts(&mut parts.clone(), &()).now_or_never();
    let owned = |parameters: RawPathParams| {
        let pairs = parameters.iter();
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    parameters
        .and_then(Result::ok)
        .map(owned)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routers_remove_the_first_segments() {
        let removed = [Segment::Fixed("a".into()), Segment::Value("b c".into())];
        for (path, count, expected) in [
            ("/a", 0, Some("/a")),
            ("/a/b/c", 1, Some("/b/c")),
            ("/a", 1, Some("")),
            ("/a/", 1, Some("/")),
            ("/a/b%20c/d", 2, Some("/d")),
            ("/a/b%20%63", 2, Some("")),
            ("/b/c", 1, None),
            ("/%61/c", 1, None),
            ("/a/c/d", 2, None),
            ("/a", 2, None),
            ("/a/", 2, None),
            ("*", 1, None),
        ] {
            assert_eq!(rest(path, &removed[..count]), expected, "{path} {count}");
        }
    }
}
