//! A request's headers, sorted by name.

use std::borrow::Cow;

use http::{HeaderName, HeaderValue, Method, Version, header};

use super::{ordered_map::OrderedMap, spelling::Spelling};
use crate::{
    authorizer::AuthorizerRequest,
    request::context::{LIST_SEPARATOR, is_handshake_list},
};

/// The last value of each header. Cookies are joined, since HTTP/2 clients send them in pieces. The lists of a
/// WebSocket handshake are joined, too.
pub(super) fn last(request: &AuthorizerRequest) -> OrderedMap<String, String> {
    sorted(
        request,
        Spelling::Capitalized,
        |name, mut values| match *name {
            header::COOKIE => values.join("; "),
            _ if is_handshake_list(name) => values.join(LIST_SEPARATOR),
            _ => values.pop().map(Cow::into_owned).unwrap_or_default(),
        },
    )
}

/// All values of each header.
pub(super) fn all(request: &AuthorizerRequest) -> OrderedMap<String, Vec<String>> {
    sorted(request, Spelling::Capitalized, |_, values| {
        values.into_iter().map(Cow::into_owned).collect()
    })
}

pub(super) fn last_of_handshake(request: &AuthorizerRequest) -> OrderedMap<String, String> {
    with_no_content(last(request), "0".to_owned())
}

pub(super) fn all_of_handshake(request: &AuthorizerRequest) -> OrderedMap<String, Vec<String>> {
    with_no_content(all(request), vec!["0".to_owned()])
}

/// The joined values of each header, and the length of an empty body, which an HTTP API adds if nothing says how long
/// the body is.
pub(super) fn joined(
    request: &AuthorizerRequest,
    spelling: Spelling,
) -> OrderedMap<String, String> {
    let mut headers = sorted(request, spelling, |name, values| match *name {
        header::COOKIE => values.join("; "),
        _ => values.join(","),
    });
    if has_no_body(request) && !says_length(&headers) {
        let content_length = spelling.of(&header::CONTENT_LENGTH);
        headers.0.push((content_length, "0".to_owned()));
        headers.0.sort();
    }
    headers
}

/// HTTP/1 requires a header for a body. In HTTP/2 a request without a length may have one, unless its method never does.
fn has_no_body(request: &AuthorizerRequest) -> bool {
    let without_body = [Method::GET, Method::HEAD, Method::DELETE, Method::OPTIONS];
    request.facts().parts.version <= Version::HTTP_11 || without_body.contains(request.method())
}

/// Adds the length of a handshake's empty body, as a WebSocket API does. It is the only name in lower case, and sorted
/// regardless of that.
fn with_no_content<V>(mut headers: OrderedMap<String, V>, zero: V) -> OrderedMap<String, V> {
    if !says_length(&headers) {
        headers.0.push(("content-length".to_owned(), zero));
        headers
            .0
            .sort_by_cached_key(|(name, _)| name.to_ascii_lowercase());
    }
    headers
}

fn says_length<V>(headers: &OrderedMap<String, V>) -> bool {
    headers.0.iter().any(|(known, _)| {
        ["content-length", "transfer-encoding"]
            .iter()
            .any(|other| known.eq_ignore_ascii_case(other))
    })
}

/// Each cookie of all `Cookie` headers.
pub(super) fn cookies(request: &AuthorizerRequest) -> Vec<String> {
    let headers = request.headers().get_all(header::COOKIE).iter();
    let texts: Vec<_> = headers.map(text).collect();
    let cookies = texts.iter().flat_map(|text| text.split(';'));
    let cookies = cookies.map(str::trim).filter(|cookie| !cookie.is_empty());
    cookies.map(str::to_owned).collect()
}

fn sorted<V>(
    request: &AuthorizerRequest,
    spelling: Spelling,
    value: impl Fn(&HeaderName, Vec<Cow<'_, str>>) -> V,
) -> OrderedMap<String, V> {
    let headers = request.headers();
    let entries = headers.keys().map(|name| {
        let values = headers.get_all(name).iter().map(text);
        (spelling.of(name), value(name, values.collect()))
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    OrderedMap(entries)
}

/// Without surrounding spaces and tabs. Bytes that are not UTF-8 become U+FFFD.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    match String::from_utf8_lossy(value.as_bytes()) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches([' ', '\t'])),
        Cow::Owned(text) => Cow::Owned(text.trim_matches([' ', '\t']).to_owned()),
    }
}
