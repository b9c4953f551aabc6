//! Reads a header's value as the type of API does. Identities, events, `$context` and the authorizer all use this
//! reading. With two readings, the authorizer could see one value while its result is cached under the other.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue, Uri, header, uri::Authority};
use smallvec::SmallVec;

use super::NotUtf8;
use crate::api::Repeated;

/// The value of a header, as text.
pub(crate) fn header_value<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    repeated: Repeated,
) -> Result<Option<Cow<'h, str>>, NotUtf8> {
    header_bytes(headers, name, repeated).map(text).transpose()
}

/// The value of a header as bytes, without spaces and tabs around it. Of a repeated header it is the last value, or all
/// values joined.
#[inline(always)] // Otherwise a hit would pay for a call and for moving the value.
pub(crate) fn header_bytes<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    repeated: Repeated,
) -> Option<Cow<'h, [u8]>> {
    // True for almost all requests: no header is repeated.
    if headers.len() == headers.keys_len() {
        return headers.get(name).map(|only| Cow::Borrowed(trimmed(only)));
    }
    repeated_header_bytes(headers, name, repeated)
}

/// Cookies are always joined, because HTTP/2 clients may split them into several headers (RFC 9113, section 8.2.3). The
/// lists of a WebSocket handshake are always joined, too.
#[cold] // Inlined, it makes a call of what a hit inlines.
fn repeated_header_bytes<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
    repeated: Repeated,
) -> Option<Cow<'h, [u8]>> {
    let mut values = headers.get_all(name).iter().map(trimmed);
    let separator = match repeated {
        _ if name == header::COOKIE => "; ",
        Repeated::JoinedByCommas => ",",
        Repeated::Last if is_handshake_list(name) => LIST_SEPARATOR,
        Repeated::Last => return values.next_back().map(Cow::Borrowed),
    };
    let values: SmallVec<[_; 4]> = values.collect();
    match values.as_slice() {
        [] => None,
        [value] => Some(Cow::Borrowed(value)),
        values => Some(values.join(separator.as_bytes()).into()),
    }
}

/// The separator between the values of a handshake's list.
pub(crate) const LIST_SEPARATOR: &str = ", ";

/// Whether the header is a list that a WebSocket client may send in several headers (RFC 6455, sections 11.3.2 and
/// 11.3.4). The list of protocols is the only header of a handshake in which a web page can send a token, and the
/// server reads the whole list.
pub(crate) fn is_handshake_list(name: &HeaderName) -> bool {
    [
        header::SEC_WEBSOCKET_PROTOCOL,
        header::SEC_WEBSOCKET_EXTENSIONS,
    ]
    .contains(name)
}

/// The authority of the request's target, if it has one, as in HTTP/2. It replaces the header `Host` (RFC 9112, section
/// 3.2.2).
pub(crate) fn host_in_target<'u>(original: &'u Uri, request: &'u Uri) -> Option<&'u Authority> {
    original.authority().or(request.authority())
}

/// The host in the value of a `Host` header, without the port.
pub(crate) fn domain_name(host: &str) -> Option<String> {
    let authority: Authority = host.parse().ok()?;
    Some(authority.host().to_owned())
}

/// A value as text, if it is UTF-8.
pub(crate) fn text(value: Cow<'_, [u8]>) -> Result<Cow<'_, str>, NotUtf8> {
    match value {
        Cow::Borrowed(bytes) => std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| NotUtf8),
        Cow::Owned(bytes) => String::from_utf8(bytes)
            .map(Cow::Owned)
            .map_err(|_| NotUtf8),
    }
}

/// Removes spaces and tabs at both ends.
fn trimmed(value: &HeaderValue) -> &[u8] {
    let mut value = value.as_bytes();
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_repeated_header_counts_or_all_values_are_joined() {
        let value = |headers: &[(&str, &str)], name: &str, repeated| {
            let mut request = http::Request::builder();
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let name = name.parse().unwrap();
            let value = header_value(&parts.headers, &name, repeated).unwrap();
            value.map(Cow::into_owned)
        };
        let once = [("a", "\t 1 "), ("cookie", "x=1"), ("b", " ")];
        let repeated = [
            ("a", "1"),
            ("cookie", "x=1"),
            ("a", " 2 "),
            ("cookie", "y=2"),
            ("sec-websocket-protocol", "bearer"),
            ("sec-websocket-protocol", " token, chat"),
        ];
        for (headers, name, last, joined) in [
            (&once[..], "a", Some("1"), Some("1")),
            (&once, "b", Some(""), Some("")),
            (&once, "cookie", Some("x=1"), Some("x=1")),
            (&repeated, "a", Some("2"), Some("1,2")),
            (&repeated, "cookie", Some("x=1; y=2"), Some("x=1; y=2")),
            (
                &repeated,
                "sec-websocket-protocol",
                Some("bearer, token, chat"),
                Some("bearer,token, chat"),
            ),
            (&repeated, "b", None, None),
        ] {
            assert_eq!(value(headers, name, Repeated::Last).as_deref(), last);
            let all = value(headers, name, Repeated::JoinedByCommas);
            assert_eq!(all.as_deref(), joined);
        }
    }

    #[test]
    fn a_value_that_counts_has_to_be_utf_8() {
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_static("a");
        for value in [&b"\xc3"[..], b"\xa9", b"c"] {
            headers.append(&name, HeaderValue::from_bytes(value).unwrap());
        }
        let value = |headers: &HeaderMap, repeated| {
            let value = header_value(headers, &name, repeated)?;
            Ok(value.map(Cow::into_owned))
        };
        assert_eq!(value(&headers, Repeated::Last), Ok(Some("c".into())));
        assert_eq!(value(&headers, Repeated::JoinedByCommas), Err(NotUtf8));
        headers.insert(&name, HeaderValue::from_bytes(b"\xc3").unwrap());
        assert_eq!(value(&headers, Repeated::Last), Err(NotUtf8));
    }
}
