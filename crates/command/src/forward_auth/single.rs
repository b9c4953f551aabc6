//! A header that must not be there twice.

use http::{HeaderMap, HeaderName, HeaderValue};

use super::unclear::Unclear;

/// The only value of a header. If there are several values, one may be the client's, and it is not known which one.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &'static HeaderName,
) -> Result<Option<&'h HeaderValue>, Unclear> {
    let mut values = headers.get_all(name).iter();
    let value = values.next();
    match values.next() {
        None => Ok(value),
        Some(_) => Err(Unclear::Repeated(name)),
    }
}
