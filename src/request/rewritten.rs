//! The path of the request if a layer has rewritten it behind an axum router.
//!
//! The router keeps the URI that the client sent, because nested routers shorten the path. A layer in between may change
//! the path, too (`/v1/pets` to `/pets`). Then the service does not get the path that the client sent, and both count.

use axum::extract::{FromRequestParts, NestedPath, OriginalUri, RawPathParams};
use futures_util::FutureExt;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What is written as it is in a segment.
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
    match std::ptr::eq(sent, parts.uri.path()) {
        true => None,
        false => behind_router(parts, sent),
    }
}

#[cold]
fn behind_router(parts: &Parts, sent: &str) -> Option<String> {
    let OriginalUri(original) = parts.extensions.get()?;
    let path = parts.uri.path();
    if original.path() != sent || path == sent {
        return None;
    }
    let nested = parts.extensions.get::<NestedPath>();
    let nested = nested.map_or("", NestedPath::as_str);
    match is_rest(path, sent, segments(nested).count()) {
        true => None,
        false => Some(prefix(parts, nested) + path),
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// Whether routers that remove this many segments from `sent` leave this path.
fn is_rest(path: &str, sent: &str, depth: usize) -> bool {
    let rest = (0..depth).try_fold(sent, |rest, _| {
        let rest = rest.strip_prefix('/')?;
        Some(rest.find('/').map_or("", |end| rest.split_at(end).1))
    });
    match rest {
        None => false,
        Some("") => path == "/",
        Some(rest) => path == rest,
    }
}

/// What nested routers have removed. The segments of `sent` may be others, if the path was rewritten before.
fn prefix(parts: &Parts, nested: &str) -> String {
    let mut parameters = None;
    let mut prefix = String::new();
    for segment in segments(nested) {
        prefix.push('/');
        let name = segment
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'));
        let value = name.and_then(|name| {
            let parameters = parameters.get_or_insert_with(|| path_parameters(parts));
            let mut found = parameters.iter().rev().filter(|(known, _)| known == name);
            found.next().map(|(_, value)| value)
        });
        match value {
            Some(value) => prefix.extend(utf8_percent_encode(value, ENCODED)),
            None => prefix.push_str(segment),
        }
    }
    prefix
}

fn path_parameters(parts: &Parts) -> Vec<(String, String)> {
    // This extractor awaits nothing, so its future is ready immediately.
    let parameters = RawPathParams::from_request_parts(&mut parts.clone(), &()).now_or_never();
    let parameters = parameters.and_then(Result::ok);
    let owned = |parameters: RawPathParams| {
        let pairs = parameters.iter();
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    };
    parameters.map(owned).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routers_remove_the_first_segments() {
        for (path, sent, depth, expected) in [
            ("/a", "/a", 0, true),
            ("/b/c", "/a/b/c", 1, true),
            ("/c", "/a/b/c", 2, true),
            ("/", "/a/b", 2, true),
            ("/", "/a/b/", 2, true),
            ("/c/", "/a/b/c/", 2, true),
            ("/b", "/a", 0, false),
            ("/b/c", "/a/b/c", 0, false),
            ("/c", "/a/b/c", 1, false),
            ("/", "/a/b", 1, false),
            ("/x", "/a/b", 2, false),
            ("/", "/a", 2, false),
            ("/a", "*", 1, false),
        ] {
            assert_eq!(
                is_rest(path, sent, depth),
                expected,
                "{path} {sent} {depth}"
            );
        }
    }
}
