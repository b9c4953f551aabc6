//! A request's headers, with their names as API Gateway spells them.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};

use super::ordered_map::OrderedMap;
use crate::{
    authorizer::AuthorizerRequest,
    request::context::{LIST_SEPARATOR, is_handshake_list},
};

/// The last value of each header. Cookies, which HTTP/2 clients send in pieces, are put together, and so are the lists of
/// a WebSocket handshake.
pub(super) fn last(
    headers: &HeaderMap,
    spelling: fn(&HeaderName) -> String,
) -> OrderedMap<String, String> {
    sorted(headers, spelling, |name, mut values| match *name {
        header::COOKIE => values.join("; "),
        _ if is_handshake_list(name) => values.join(LIST_SEPARATOR),
        _ => values.pop().map(Cow::into_owned).unwrap_or_default(),
    })
}

/// All values of each header.
pub(super) fn values(
    headers: &HeaderMap,
    spelling: fn(&HeaderName) -> String,
) -> OrderedMap<String, Vec<String>> {
    sorted(headers, spelling, |_, values| {
        values.into_iter().map(Cow::into_owned).collect()
    })
}

/// The values of each header, joined.
pub(super) fn joined(
    headers: &HeaderMap,
    spelling: fn(&HeaderName) -> String,
) -> OrderedMap<String, String> {
    sorted(headers, spelling, |name, values| match *name {
        header::COOKIE => values.join("; "),
        _ => values.join(","),
    })
}

/// What an HTTP API's gateway adds to a request without a body: one of HTTP/1 in which nothing says how long it is, or
/// one whose method has none.
pub(super) fn with_content_length(
    request: &AuthorizerRequest,
    mut headers: OrderedMap<String, String>,
    name: &str,
) -> OrderedMap<String, String> {
    let without_body = [Method::GET, Method::HEAD, Method::DELETE, Method::OPTIONS];
    let has_no_body =
        request.facts().version <= Version::HTTP_11 || without_body.contains(request.method());
    if has_no_body && !says_length(&headers) {
        headers.0.push((name.to_owned(), "0".to_owned()));
        headers.0.sort();
    }
    headers
}

/// What a WebSocket API's gateway adds to a handshake, which has no body. It is the only name in lower case, and stands
/// where it would in any case.
pub(super) fn with_no_content<V>(
    mut headers: OrderedMap<String, V>,
    zero: V,
) -> OrderedMap<String, V> {
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

/// `Authorization`, `X-Api-Key`, `Sec-WebSocket-Key`.
pub(super) fn capitalized(name: &HeaderName) -> String {
    let words = name.as_str().split('-').map(|word| match word {
        "websocket" => "WebSocket".to_owned(),
        word => {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_ascii_uppercase() + rest
        }
    });
    words.collect::<Vec<_>>().join("-")
}

/// As recorded of the payload format 1.0, which spells all but two as [`capitalized`].
pub(super) fn capitalized_but_two(name: &HeaderName) -> String {
    match *name {
        header::AUTHORIZATION | header::ACCEPT_ENCODING => name.as_str().to_owned(),
        _ => capitalized(name),
    }
}

pub(super) fn lower_case(name: &HeaderName) -> String {
    name.as_str().to_owned()
}

fn sorted<V>(
    headers: &HeaderMap,
    spelling: fn(&HeaderName) -> String,
    value: impl Fn(&HeaderName, Vec<Cow<'_, str>>) -> V,
) -> OrderedMap<String, V> {
    let entries = headers.keys().map(|name| {
        let values = headers.get_all(name).iter().map(text);
        (spelling(name), value(name, values.collect()))
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    OrderedMap(entries)
}

/// Without the blanks around it; what is not UTF-8 is replaced by U+FFFD.
pub(super) fn text(value: &HeaderValue) -> Cow<'_, str> {
    match String::from_utf8_lossy(value.as_bytes()) {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches([' ', '\t'])),
        Cow::Owned(text) => Cow::Owned(text.trim_matches([' ', '\t']).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_most_clients_do() {
        for (name, spelled) in [
            ("authorization", "Authorization"),
            ("x-amzn-trace-id", "X-Amzn-Trace-Id"),
            ("sec-websocket-key", "Sec-WebSocket-Key"),
            ("x--y", "X--Y"),
        ] {
            assert_eq!(capitalized(&HeaderName::from_static(name)), spelled);
        }
        let spelled = capitalized_but_two(&header::AUTHORIZATION);
        assert_eq!(spelled, "authorization");
    }
}
