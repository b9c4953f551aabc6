//! The request of the client, from Envoy's description of it.

mod client;
mod headers;
mod target;

use envoy_types::pb::envoy::service::auth::v3::{CheckRequest, attribute_context::HttpRequest};
use http::{HeaderValue, Method, Request, Version, header};

use self::{client::note_client, headers::Fields, target::target};
use super::undecided::Undecided;
use crate::{serve::removed_other, server::cookies};

/// Reads the request of the client. Its certificate and its body are ignored: API Gateway's authorizers get neither.
///
/// Envoy repeats some parts of the request. If they differ, two programs could read different requests, so it is refused.
pub(super) fn original(check: CheckRequest) -> Result<Request<()>, Undecided> {
    let attributes = check.attributes;
    let attributes = attributes.ok_or(Undecided::BadCheck("the check has no `attributes`"))?;
    let http = attributes.request.and_then(|request| request.http);
    let http = http.ok_or(Undecided::BadCheck(
        "the check has no `attributes.request.http`; use Envoy's HTTP filter, not its network filter",
    ))?;

    let mut request = Request::new(());
    note_client(
        attributes.source,
        attributes.tls_session.as_ref(),
        request.extensions_mut(),
    )?;
    *request.method_mut() = method(&http.method)?;
    *request.version_mut() = version(&http.protocol)?;
    *request.uri_mut() = target(&http)?;
    *request.headers_mut() = headers(http)?;
    Ok(request)
}

fn method(method: &str) -> Result<Method, Undecided> {
    match method {
        "" => Err(Undecided::BadCheck("the check has no `method`")),
        method => method
            .parse()
            .map_err(|_| Undecided::BadRequest("the method is not one of HTTP")),
    }
}

/// No decision depends on the version. Without a version, the request counts as HTTP/1.1.
fn version(protocol: &str) -> Result<Version, Undecided> {
    match protocol {
        "" | "HTTP/1.1" => Ok(Version::HTTP_11),
        "HTTP/1.0" => Ok(Version::HTTP_10),
        "HTTP/2" => Ok(Version::HTTP_2),
        "HTTP/3" => Ok(Version::HTTP_3),
        _ => Err(Undecided::BadCheck("the check has an unknown `protocol`")),
    }
}

fn headers(http: HttpRequest) -> Result<http::HeaderMap, Undecided> {
    // No decision depends on the scheme, because a client can claim any.
    if !matches!(http.scheme.as_str(), "" | "http" | "https") {
        return Err(Undecided::BadRequest("the scheme is not `http` or `https`"));
    }
    if http.host.is_empty() {
        return Err(Undecided::BadCheck("the check has no `host`"));
    }
    let host = HeaderValue::try_from(&http.host);
    let host = host.map_err(|_| Undecided::BadRequest("the host is not a header's value"))?;
    let mut fields = Fields::read(http.headers, http.header_map)?;
    fields.agree(":method", &http.method)?;
    fields.agree(":path", &http.path)?;
    fields.agree(":scheme", &http.scheme)?;
    fields.agree(":authority", &http.host)?;
    fields.agree("host", &http.host)?;
    let mut headers = fields.finish()?;
    if let Some(name) = removed_other(&headers) {
        return Err(Undecided::NamedInConnection(name));
    }
    // Envoy makes one of those that HTTP/2 has split.
    if cookies::are_several(&headers) {
        return Err(Undecided::BadRequest(cookies::SEVERAL));
    }
    headers.insert(header::HOST, host);
    Ok(headers)
}
