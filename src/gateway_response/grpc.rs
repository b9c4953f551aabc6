//! The gateway response for gRPC clients: headers only, a "trailers-only" response.

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{failure::GatewayFailure, gateway_responses::GatewayResponses};

static GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
static GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// The ASCII characters that are percent-encoded in `grpc-message`. Other characters are always encoded.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

impl GatewayResponses {
    /// Whether the client can read the response to this request: not if a gRPC client gets JSON. Always true if there is a
    /// function in `map_response`, because it may add what is missing.
    pub(crate) fn may_be_read_by(&self, request: &Parts) -> bool {
        self.grpc || self.custom.is_some() || !is_grpc(request)
    }
}

/// gRPC uses only POST. To another method, an answer with status 200 could look like the resource itself.
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

/// The headers that scripts must be able to read, because a gRPC-Web client finds the status there.
pub(super) fn exposed() -> [HeaderName; 2] {
    [GRPC_STATUS.clone(), GRPC_MESSAGE.clone()]
}

/// Replaces headers of the same names, so that no header mapping changes the status or the content type.
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

/// The gRPC status for an HTTP status, as gRPC specifies.
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
