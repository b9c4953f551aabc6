//! Requests of web sites. A browser on this machine sends them to any loopback port, and the path of the Runtime API
//! may be Lambda's own, which everybody knows. A web site could fetch an event with its token, or answer it.

use std::net::SocketAddr;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a request that no runtime sends to this address.
pub(super) async fn refuse(
    State(address): State<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if is_of_runtime(request.headers(), address) {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}

/// A web site can let its own name point to this machine (DNS rebinding), but then the request is for that name.
/// Otherwise a browser says that another site sends the request.
fn is_of_runtime(headers: &HeaderMap, address: SocketAddr) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    let address = address.to_string();
    hosts.all(|host| host.as_bytes() == address.as_bytes())
        && !headers.contains_key(header::ORIGIN)
        && !headers.contains_key(SEC_FETCH_SITE)
}
