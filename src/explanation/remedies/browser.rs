//! Remedies for requests that browsers send.

use http::header;

use super::{Case, Remedy};
use crate::request::preflight::is_preflight;

pub(super) fn preflight_refused(case: &Case<'_>) -> Option<Remedy> {
    is_preflight(&case.circumstances.parts).then(|| {
        Remedy::new(
            "preflight-refused",
            "this is a browser's CORS preflight, which never carries credentials: let it through with \
             `exempt_preflights`, or put a CORS layer around this one",
        )
    })
}

pub(super) fn no_cors_headers(case: &Case<'_>) -> Option<Remedy> {
    let parts = &case.circumstances.parts;
    let origin = parts.headers.get(header::ORIGIN)?.to_str().ok()?;
    let applies = case.circumstances.settings.kind.differences().cors_applies;
    if !applies || is_preflight(parts) || is_same_origin(case, origin) {
        return None;
    }
    let responses = &case.circumstances.settings.gateway_responses;
    let response = case.explanation.response()?;
    let (response_type, status) = (response.response_type(), response.status());
    (!responses.has_cors_headers(response_type)).then(|| {
        Remedy::new(
            "no-cors-headers",
            format!(
                "the request comes from a script of another origin, but the response has no CORS headers, so the browser \
                 reports a CORS error instead of {status}: set `GatewayResponses::cors`, map \
                 `Access-Control-Allow-Origin` on DEFAULT_4XX and DEFAULT_5XX, or put a CORS layer around this one"
            ),
        )
    })
}

/// Browsers send `Origin` with a POST to the same origin, too.
fn is_same_origin(case: &Case<'_>, origin: &str) -> bool {
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    case.circumstances.with_request(|request| {
        let host = request.header(&header::HOST).ok().flatten();
        host.is_some_and(|host| authority == Some(&*host))
    })
}
