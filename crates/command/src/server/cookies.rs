//! HTTP/2 may split `Cookie` into several fields. Everything behind it, and the guard, expects one: RFC 9113, section 8.2.3.
//!
//! In HTTP/1.1, a request must not have several: RFC 6265, section 5.4. The guard judges all of them. But Python's
//! `http.server` uses the first one, and WSGI servers join them with a comma, which is a part of a value. So a server that
//! passes the request on joins them, too, and one that cannot change what others pass on refuses them.

use http::{HeaderMap, HeaderValue, header::COOKIE};

/// Why several are refused.
pub(crate) const SEVERAL: &str = "the request has several `Cookie` headers, of which some servers use the first and others join \
                                  them with a comma; a client has to send one";

/// Makes one field of several.
pub(crate) fn join(headers: &mut HeaderMap) {
    let fields = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
    let fields: Vec<_> = fields.collect();
    if fields.len() < 2 {
        return;
    }
    // Each part is valid, so the whole is.
    if let Ok(whole) = HeaderValue::from_bytes(&fields.join(&b"; "[..])) {
        headers.insert(COOKIE, whole);
    }
}

pub(crate) fn are_several(headers: &HeaderMap) -> bool {
    headers.get_all(COOKIE).iter().nth(1).is_some()
}
