//! CORS preflights.

use http::{Method, header, request::Parts};

/// Whether a request is a CORS preflight, which a browser sends before the actual request.
pub(crate) fn is_preflight(parts: &Parts) -> bool {
    parts.method == Method::OPTIONS
        && parts.headers.contains_key(header::ORIGIN)
        && parts
            .headers
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}
