//! Header fields that are for one connection only: RFC 9110, section 7.6.1.
//!
//! hyper frames the messages on both sides by itself (`Content-Length`, `Transfer-Encoding`), but it passes these
//! fields on.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        CONNECTION, CONTENT_LENGTH, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
        TRANSFER_ENCODING, UPGRADE,
    },
};

/// Fields of one connection, even if `Connection` does not name them. Credentials for a proxy are not for the server behind
/// it.
const FIELDS: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Removes the fields of the connection that a message came from. `TE: trailers` is true for the next connection, too, and
/// gRPC needs it. Next to `Transfer-Encoding`, a length does not count (RFC 9112, section 6.3), and would be wrong.
pub(super) fn remove(headers: &mut HeaderMap) {
    if headers.contains_key(TRANSFER_ENCODING) {
        headers.remove(CONTENT_LENGTH);
    }
    let accepts_trailers = has_token(headers, &TE, "trailers");
    for name in options(headers) {
        headers.remove(name);
    }
    for name in &FIELDS {
        headers.remove(name);
    }
    if accepts_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
}

/// A field of the message that `Connection` names although it is not one of a connection, such as `Authorization`. The
/// guard would judge a request with it, and the upstream would get one without it.
pub(crate) fn removed_other(headers: &HeaderMap) -> Option<HeaderName> {
    let is_other = |name: &HeaderName| *name != TRAILER && !FIELDS.contains(name);
    let mut named = options(headers).into_iter().filter(is_other);
    named.find(|name| headers.contains_key(name))
}

/// Whether a list has this token.
pub(super) fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    tokens(headers, name).any(|it| it.eq_ignore_ascii_case(token.as_bytes()))
}

/// The fields that `Connection` names. `Host` is for every recipient.
fn options(headers: &HeaderMap) -> Vec<HeaderName> {
    let options = tokens(headers, &CONNECTION);
    let names = options.filter_map(|option| HeaderName::from_bytes(option).ok());
    names.filter(|name| name != HOST).collect()
}

/// The elements of a list, even next to one that is not ASCII.
fn tokens<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    let values = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let tokens = values.flat_map(|value| value.split(|byte| *byte == b','));
    tokens.map(<[u8]>::trim_ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields = fields.iter();
        let field = |(name, value): &(&'static str, &'static str)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        };
        fields.map(field).collect()
    }

    #[test]
    fn fields_of_the_connection_go_and_others_stay() {
        let mut headers = headers(&[
            ("connection", "close, X-Private ,, bad name"),
            ("connection", "te"),
            ("x-private", "1"),
            ("x-public", "2"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers, deflate"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("proxy-authorization", "Basic eDp5"),
            ("trailer", "x-checksum"),
            ("authorization", "t"),
        ]);
        remove(&mut headers);
        let mut left: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        left.sort_unstable();
        assert_eq!(left, ["authorization", "te", "trailer", "x-public"]);
        assert_eq!(headers["te"], "trailers");
    }

    #[test]
    fn only_fields_of_connections_may_be_named() {
        for (options, removes_others) in [
            (
                "close, TE, Upgrade, http2-settings, keep-alive, trailer, host, x-absent",
                false,
            ),
            ("close, Authorization", true),
            ("authorization", true),
            ("\u{e9}, authorization", true),
            (",x-tenant\t,", true),
            ("content-length", true),
        ] {
            let mut headers = headers(&[
                ("te", "trailers"),
                ("upgrade", "websocket"),
                ("http2-settings", "AAMAAABkAAQAAP__"),
                ("keep-alive", "timeout=5"),
                ("trailer", "x-checksum"),
                ("host", "shop.example"),
                ("authorization", "t"),
                ("x-tenant", "acme"),
                ("content-length", "0"),
            ]);
            headers.append(
                CONNECTION,
                HeaderValue::from_bytes(options.as_bytes()).unwrap(),
            );
            assert_eq!(
                removed_other(&headers).is_some(),
                removes_others,
                "{options}"
            );
        }
    }
}
