//! HTTP/2 may split `Cookie` into several fields. Everything behind it, and the guard, expects one: RFC 9113, section 8.2.3.
//! In HTTP/1.1, a request must not have several. The guard judges all of them. But Python's `http.server` uses the first one,
//! and WSGI servers join them with a comma, which is a part of a value. So they are joined here, too.

use http::{HeaderMap, HeaderValue, Request, header::COOKIE};

pub(super) fn join<B>(request: &mut Request<B>) {
    join_fields(request.headers_mut());
}

fn join_fields(headers: &mut HeaderMap) {
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
