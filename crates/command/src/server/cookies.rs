//! HTTP/2 may split `Cookie` into several fields. Everything behind it, and the guard, expects one: RFC 9113, section 8.2.3.

use http::{HeaderMap, HeaderValue, Request, Version, header::COOKIE};

pub(super) fn join<B>(request: &mut Request<B>) {
    if request.version() == Version::HTTP_2 {
        join_fields(request.headers_mut());
    }
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
