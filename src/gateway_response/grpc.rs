//! A gateway response that a gRPC client understands: trailers only.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::failure::GatewayFailure;

static GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
static GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// What `grpc-message` may not hold as it is, besides what is not ASCII.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

/// gRPC is POST only. An answer with status 200 to anything else could be taken for the resource itself.
pub(super) fn is_grpc(request: &Parts) -> bool {
    if request.method != Method::POST {
        return false;
    }
    let content_type = request.headers.get(header::CONTENT_TYPE);
    let content_type = content_type.map(HeaderValue::as_bytes).unwrap_or_default();
    match content_type.strip_prefix(b"application/grpc") {
        Some(rest) => matches!(rest.first(), None | Some(b'+' | b';' | b' ')),
        None => false,
    }
}

/// What a script has to be able to read: a gRPC-Web client finds the status in the headers of such a response.
pub(super) fn exposed() -> [HeaderName; 2] {
    [GRPC_STATUS.clone(), GRPC_MESSAGE.clone()]
}

/// Takes the place of what is there: no header mapping may make it another status, or no gRPC.
pub(super) fn set_headers(headers: &mut HeaderMap, failure: &GatewayFailure) {
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/grpc"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(&GRPC_STATUS, HeaderValue::from(status(failure.status())));
    let message = failure.message().unwrap_or("the authorizer failed");
    let message = utf8_percent_encode(message, ENCODED).to_string();
    match HeaderValue::try_from(message) {
        Ok(message) => headers.insert(&GRPC_MESSAGE, message),
        Err(_) => headers.remove(&GRPC_MESSAGE),
    };
}

/// As gRPC maps HTTP's statuses.
fn status(status: StatusCode) -> u16 {
    match status {
        StatusCode::UNAUTHORIZED => 16,
        StatusCode::FORBIDDEN => 7,
        StatusCode::NOT_FOUND => 12,
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => 14,
        _ => 13,
    }
}
