//! `--upstream-keep-alive`: which requests share connections to an upstream that speaks HTTP/1.1, and which connections are not
//! used again.
//!
//! On such a connection, only the upstream says where a response ends. So a request shares one only if its own end
//! is certain, and if it does not ask for a response without a body.

use http::{
    HeaderMap, Method, Response, StatusCode,
    header::{CONTENT_LENGTH, EXPECT, IF_MODIFIED_SINCE, IF_NONE_MATCH, TRANSFER_ENCODING},
    request::Parts,
};

/// Whether a request with a body of this length may be sent on a connection that is used again.
///
/// It is a `GET`, so it can be sent once more if the upstream has closed the connection meanwhile (RFC 9110, section 9.2.2).
pub(super) fn suits(request: &Parts, length: Option<u64>) -> bool {
    let is_sent_alone = [EXPECT, IF_MODIFIED_SINCE, IF_NONE_MATCH]
        .iter()
        .any(|name| request.headers.contains_key(name));
    request.method == Method::GET && length == Some(0) && !is_sent_alone
}

/// Whether something could follow this response: a body that some upstreams send although there must be none, or the rest if
/// the upstream has named two ends. No other request is sent on its connection.
///
/// hyper itself closes a connection on which more has arrived than the response.
pub(super) fn is_doubtful<B>(response: &Response<B>) -> bool {
    let has_no_body = matches!(
        response.status(),
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    );
    has_no_body || has_two_ends(response.headers())
}

fn has_two_ends(headers: &HeaderMap) -> bool {
    headers.contains_key(CONTENT_LENGTH) && headers.contains_key(TRANSFER_ENCODING)
}
