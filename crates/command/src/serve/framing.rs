//! How long a body is, for a server that speaks HTTP/1.1. hyper writes the body accordingly.

use http::{
    HeaderMap, HeaderValue,
    header::{CONTENT_LENGTH, TRANSFER_ENCODING},
};

/// Writes the fields for a body of this length. `None`: its end tells. Without these fields, hyper leaves out such a body of a
/// `GET`.
pub(super) fn write(headers: &mut HeaderMap, length: Option<u64>) {
    match length {
        // A client may have sent the length twice.
        Some(length) if headers.contains_key(CONTENT_LENGTH) => {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        Some(_) => {}
        None => {
            headers.remove(CONTENT_LENGTH);
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
    }
}
