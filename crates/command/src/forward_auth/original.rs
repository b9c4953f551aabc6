//! The request that a proxy asks about, from the headers in which the proxy describes it.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Uri,
    header::{self, HOST},
    request::Parts,
    uri::{Authority, PathAndQuery},
};

use super::{
    client::{FORWARDED_PROTO, REAL_IP, note_client},
    misleading::misleading,
    single::single,
    unclear::Unclear,
};
use crate::{live::ContextHeaders, look_alike, serve::removed_other, server::cookies};

static FORWARDED_METHOD: HeaderName = HeaderName::from_static("x-forwarded-method");
static FORWARDED_URI: HeaderName = HeaderName::from_static("x-forwarded-uri");
static FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
static ORIGINAL_METHOD: HeaderName = HeaderName::from_static("x-original-method");
static ORIGINAL_URI: HeaderName = HeaderName::from_static("x-original-uri");
static ORIGINAL_URL: HeaderName = HeaderName::from_static("x-original-url");

/// The request that the proxy asks about, as the client sent it. The method and the path of the proxy's own request are
/// not used.
///
/// # Errors
///
/// If the headers do not describe exactly one request, or the server could read another one.
pub(super) fn original(asked: Parts, context: &ContextHeaders) -> Result<Request<()>, Unclear> {
    let mut headers = asked.headers;
    if let Some(name) = removed_other(&headers) {
        return Err(Unclear::NamedInConnection(name));
    }
    // The server gets them as the client sent them.
    if cookies::are_several(&headers) {
        return Err(Unclear::SeveralCookies);
    }
    // Those of the proxy count, too, because it also sends them to the server.
    if let Some(names) = look_alike::pair(&headers, |name| context.covers(name)) {
        return Err(Unclear::LookAlike(names));
    }
    let convention = Convention::of(&headers)?;
    let described = match convention {
        Convention::Forwarded => Described::forwarded(&headers)?,
        Convention::Original => Described::original(&headers)?,
    };
    if let Some(host) = described.host {
        headers.insert(HOST, host);
    }
    if let Some(scheme) = described.scheme {
        headers.insert(&FORWARDED_PROTO, scheme);
    }
    let mut request = Request::new(());
    note_client(&headers, request.extensions_mut())?;
    leave_out_the_proxys_own(&mut headers, &convention);
    if let Some(name) = misleading(&headers, context) {
        return Err(Unclear::Misleading(name.clone()));
    }
    *request.method_mut() = described.method;
    *request.uri_mut() = Uri::from(described.target);
    *request.headers_mut() = headers;
    Ok(request)
}

/// The headers that a proxy describes a request with.
enum Convention {
    /// `X-Forwarded-Method` and `X-Forwarded-Uri`, of Caddy and Traefik.
    Forwarded,
    /// `X-Original-Method` and `X-Original-URI`, of nginx, or `X-Original-URL`, of its ingress controller for Kubernetes.
    Original,
}

impl Convention {
    /// A proxy passes on the headers of the other convention as the client sent them. So they must not be there, even if
    /// they say the same.
    fn of(headers: &HeaderMap) -> Result<Self, Unclear> {
        let first = |names: &[&'static HeaderName]| {
            let mut names = names.iter().copied();
            names.find(|name| headers.contains_key(*name))
        };
        let forwarded = first(&[&FORWARDED_URI, &FORWARDED_METHOD]);
        let original = first(&[&ORIGINAL_URI, &ORIGINAL_URL, &ORIGINAL_METHOD]);
        match (forwarded, original) {
            (Some(_), None) => Ok(Self::Forwarded),
            (None, Some(_)) => Ok(Self::Original),
            (Some(forwarded), Some(original)) => Err(Unclear::Both(forwarded, original)),
            (None, None) => Err(Unclear::Nothing),
        }
    }
}

/// What the headers say about a request.
struct Described {
    method: Method,
    target: PathAndQuery,
    host: Option<HeaderValue>,
    scheme: Option<HeaderValue>,
}

impl Described {
    fn forwarded(headers: &HeaderMap) -> Result<Self, Unclear> {
        Ok(Self {
            method: method(headers, &FORWARDED_METHOD)?,
            target: target(headers, &FORWARDED_URI)?,
            host: host(headers, &FORWARDED_HOST)?,
            scheme: None,
        })
    }

    fn original(headers: &HeaderMap) -> Result<Self, Unclear> {
        let method = method(headers, &ORIGINAL_METHOD)?;
        let Some(url) = single(headers, &ORIGINAL_URL)? else {
            let target = target(headers, &ORIGINAL_URI)?;
            return Ok(Self {
                method,
                target,
                host: None,
                scheme: None,
            });
        };
        let (target, host, scheme) = whole_url(url).ok_or(Unclear::NotAUri(&ORIGINAL_URL))?;
        match single(headers, &ORIGINAL_URI)? {
            Some(uri) if uri.as_bytes() != target.as_str().as_bytes() => {
                return Err(Unclear::Different(&ORIGINAL_URI, &ORIGINAL_URL));
            }
            _ => {}
        }
        Ok(Self {
            method,
            target,
            host: Some(host),
            scheme: Some(scheme),
        })
    }
}

fn method(headers: &HeaderMap, name: &'static HeaderName) -> Result<Method, Unclear> {
    let method = single(headers, name)?.ok_or(Unclear::Missing(name))?;
    Method::from_bytes(method.as_bytes()).map_err(|_| Unclear::NotAMethod(name))
}

fn host(headers: &HeaderMap, name: &'static HeaderName) -> Result<Option<HeaderValue>, Unclear> {
    let host = single(headers, name)?;
    match host.map(|host| Authority::try_from(host.as_bytes())) {
        Some(Err(_)) => Err(Unclear::NotAHost(name)),
        _ => Ok(host.cloned()),
    }
}

/// A path with its query, exactly as the proxy will forward it.
fn target(headers: &HeaderMap, name: &'static HeaderName) -> Result<PathAndQuery, Unclear> {
    let target = single(headers, name)?.ok_or(Unclear::Missing(name))?;
    whole_target(target.as_bytes()).ok_or(Unclear::NotAUri(name))
}

/// Parsing must not lose anything, such as a fragment.
fn whole_target(text: &[u8]) -> Option<PathAndQuery> {
    let target = PathAndQuery::try_from(text).ok()?;
    (text.starts_with(b"/") && target.as_str().as_bytes() == text).then_some(target)
}

fn whole_url(url: &HeaderValue) -> Option<(PathAndQuery, HeaderValue, HeaderValue)> {
    let text = url.as_bytes();
    let parts = Uri::try_from(text).ok()?.into_parts();
    let (scheme, host) = (parts.scheme?, parts.authority?);
    let before = scheme.as_str().len() + "://".len() + host.as_str().len();
    let target = whole_target(text.get(before..)?)?;
    let header = |text| HeaderValue::from_str(text).ok();
    Some((target, header(host.as_str())?, header(scheme.as_str())?))
}

/// Removes the headers that are about the proxy's question and its connection. API Gateway writes `X-Forwarded-For`,
/// `-Proto` and `-Port`, too, and shows them to authorizers, so these stay.
fn leave_out_the_proxys_own(headers: &mut HeaderMap, convention: &Convention) {
    // nginx passes on the client's, which an authorizer sees on API Gateway, too.
    if matches!(convention, Convention::Forwarded) {
        headers.remove(&FORWARDED_HOST);
    }
    let own = [
        &FORWARDED_METHOD,
        &FORWARDED_URI,
        &FORWARDED_SERVER,
        &ORIGINAL_METHOD,
        &ORIGINAL_URI,
        &ORIGINAL_URL,
        &REAL_IP,
    ];
    let of_the_connection = [
        &header::CONNECTION,
        &header::CONTENT_LENGTH,
        &header::TE,
        &header::TRAILER,
        &header::TRANSFER_ENCODING,
        &header::UPGRADE,
        &KEEP_ALIVE,
        &PROXY_CONNECTION,
    ];
    for name in own.into_iter().chain(of_the_connection) {
        headers.remove(name);
    }
}

/// Traefik's own name.
static FORWARDED_SERVER: HeaderName = HeaderName::from_static("x-forwarded-server");
static KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
static PROXY_CONNECTION: HeaderName = HeaderName::from_static("proxy-connection");
