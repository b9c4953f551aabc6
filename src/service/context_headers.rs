//! The authorizer's context as request headers, for a service that forwards requests to another server.

use std::{
    collections::BTreeMap,
    task::{Context, Poll},
};

use http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tower_layer::Layer;
use tower_service::Service;

use crate::{authorizer::AuthorizerContext, error::ConfigError};

/// Hands the [`AuthorizerContext`] on to an upstream: writes it into the request's headers, under a prefix of your own.
///
/// It goes between the layer that authorizes and the service that forwards. No header of this prefix that a client sends
/// gets past it, whether there is a context or not: on open operations, exempt preflights and anonymous requests, too.
///
/// ```
/// # tokio_test::block_on(async {
/// use http::{Request, Response};
/// use http_body_util::Empty;
/// use tower::{ServiceBuilder, ServiceExt, service_fn};
/// use tower_lambda_authorizer::{
///     AuthorizerResponse, ContextHeadersLayer, LambdaAuthorizerLayer, authorizer_fn,
/// };
/// # type Body = Empty<bytes::Bytes>;
///
/// let authorizer = authorizer_fn(|_| async {
///     Ok(AuthorizerResponse::allow("*")
///         .with_principal_id("user-1")
///         .with_context("tenantId", "Käse & Co"))
/// });
/// let service = ServiceBuilder::new()
///     .layer(LambdaAuthorizerLayer::token(authorizer))
///     .layer(ContextHeadersLayer::new("x-authorizer-")?)
///     .service(service_fn(async |request: Request<Body>| {
///         // Here the request would be sent on.
///         assert_eq!(request.headers()["x-authorizer-principal-id"], "user-1");
///         assert_eq!(request.headers()["x-authorizer-tenantid"], "K%C3%A4se%20&%20Co");
///         assert!(!request.headers().contains_key("x-authorizer-admin"));
///         Ok::<_, std::convert::Infallible>(Response::new(Body::new()))
///     }));
///
/// let request = Request::get("/pets")
///     .header("authorization", "t")
///     .header("x-authorizer-tenantid", "another")
///     .header("x_authorizer_admin", "true")
///     .body(Body::new())?;
/// assert_eq!(service.oneshot(request).await?.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// # Names
///
/// The principal is `{prefix}principal-id`, a value of the context `{prefix}` and its key. In a key, letters become lower
/// case, and anything but ASCII letters and digits becomes `-`: `tenantId` is `tenantid`, `user_id` is `user-id`. Keys that
/// become the same name are left out, all of them, so that none is taken for another; the principal goes before them. The
/// usage identifier key, which is a credential, is not handed on.
///
/// # Values
///
/// A value is text, as [`AuthorizerContext::get`] has it. Whatever is not a visible ASCII character, and `%`, is
/// percent-encoded as UTF-8, so that percent-decoding gives the value back. The headers are
/// [sensitive](HeaderValue::set_sensitive): `Debug` does not show them, and HTTP/2 does not index them.
///
/// # What is taken from clients
///
/// Every header whose name begins with the prefix, in any case, and with any other sign in the place of a `-`: some
/// servers take `x_authorizer_tenantid` or `x.authorizer.tenantid` for the same name. The header `Connection` loses these
/// names, too, because a proxy removes the headers that are named there. Trailers are not looked at.
///
/// API Gateway does the same by parameter mappings of an integration (`context.authorizer.KEY`).
#[derive(Debug, Clone)]
#[must_use = "a layer does nothing until it is put around a service"]
pub struct ContextHeadersLayer {
    prefix: Box<str>,
}

impl ContextHeadersLayer {
    /// With this prefix, such as `x-authorizer-`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ContextHeaders`] if it is not made of ASCII letters, digits and `-`, does not begin with a letter or
    /// digit and end with one `-`, or if a header that HTTP or proxies use begins with it (`content-`, `x-forwarded-`).
    pub fn new(prefix: &str) -> Result<Self, ConfigError> {
        let prefix = prefix.to_ascii_lowercase();
        match problem(&prefix) {
            None => Ok(Self {
                prefix: prefix.into(),
            }),
            Some(problem) => Err(ConfigError::ContextHeaders { prefix, problem }),
        }
    }
}

fn problem(prefix: &str) -> Option<String> {
    let words = prefix.strip_suffix('-').unwrap_or_default();
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric());
    if !words.split('-').all(is_word) {
        return Some(
            "a prefix is made of words of ASCII letters and digits, with a `-` behind each, such as `x-authorizer-`"
                .to_owned(),
        );
    }
    let taken = STANDARD.iter().find(|name| name.starts_with(prefix))?;
    Some(format!(
        "`{taken}` begins with it, and would be taken from every request; choose a prefix of your own, such as \
         `x-authorizer-`"
    ))
}

/// Headers of requests that servers and proxies act upon.
const STANDARD: &[&str] = &[
    "accept-encoding",
    "access-control-request-method",
    "alt-used",
    "cache-control",
    "cdn-loop",
    "content-length",
    "early-data",
    "grpc-timeout",
    "http2-settings",
    "if-match",
    "keep-alive",
    "last-event-id",
    "max-forwards",
    "proxy-authorization",
    "sec-websocket-key",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
    "x-amz-date",
    "x-amzn-trace-id",
    "x-api-key",
    "x-csrf-token",
    "x-forwarded-for",
    "x-http-method-override",
    "x-real-ip",
    "x-request-id",
    "x-requested-with",
];

impl<S> Layer<S> for ContextHeadersLayer {
    type Service = ContextHeaders<S>;

    fn layer(&self, inner: S) -> ContextHeaders<S> {
        ContextHeaders {
            inner,
            prefix: self.prefix.clone(),
        }
    }
}

/// A service that finds the authorizer's context in the request's headers. Made by [`ContextHeadersLayer`].
#[derive(Debug, Clone)]
pub struct ContextHeaders<S> {
    inner: S,
    prefix: Box<str>,
}

impl<S> ContextHeaders<S> {
    /// The service inside.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The service inside, to be changed. Requests sent to it keep the client's headers.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The service inside by itself.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for ContextHeaders<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        remove(request.headers_mut(), &self.prefix);
        let caller = request.extensions().get::<AuthorizerContext>().cloned();
        if let Some(caller) = caller {
            write(request.headers_mut(), &self.prefix, &caller);
        }
        self.inner.call(request)
    }
}

/// Takes away what a client has sent under the prefix.
fn remove(headers: &mut HeaderMap, prefix: &str) {
    let clients = headers
        .keys()
        .filter(|name| is_under(name.as_str().as_bytes(), prefix));
    let clients: Vec<HeaderName> = clients.cloned().collect();
    for name in clients {
        headers.remove(name);
    }
    let options = headers.get_all(header::CONNECTION).iter();
    let mut options = options.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    if !options.any(|option| is_under(option.trim_ascii(), prefix)) {
        return;
    }
    let options = headers.get_all(header::CONNECTION).iter();
    let options = options.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let kept: Vec<_> = options
        .filter(|option| !is_under(option.trim_ascii(), prefix))
        .collect();
    let kept = HeaderValue::from_bytes(&kept.join(&b','));
    headers.remove(header::CONNECTION);
    if let Some(kept) = kept.ok().filter(|kept| !kept.is_empty()) {
        headers.insert(header::CONNECTION, kept);
    }
}

/// Whether some server takes this for a name that begins with the prefix.
fn is_under(name: &[u8], prefix: &str) -> bool {
    let name = name.get(..prefix.len()).unwrap_or_default();
    let plain = name.iter().map(|byte| plain(char::from(*byte)));
    plain.eq(prefix.chars())
}

/// As servers fold the signs of a name.
fn plain(sign: char) -> char {
    match sign.is_ascii_alphanumeric() {
        true => sign.to_ascii_lowercase(),
        false => '-',
    }
}

const PRINCIPAL_ID: &str = "principal-id";

fn write(headers: &mut HeaderMap, prefix: &str, caller: &AuthorizerContext) {
    // None where several keys have the name.
    let mut values: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for (key, value) in caller.iter() {
        let name = key.chars().map(plain).collect();
        let several = |known: &mut Option<_>| *known = None;
        values
            .entry(name)
            .and_modify(several)
            .or_insert(Some(value));
    }
    // No key of the context stands for a principal that there is not.
    values.insert(PRINCIPAL_ID.to_owned(), caller.principal_id());
    for (name, value) in values {
        let name = HeaderName::try_from(format!("{prefix}{name}"));
        if let (Ok(name), Some(mut value)) = (name, value.and_then(escaped)) {
            value.set_sensitive(true);
            headers.insert(name, value);
        }
    }
}

const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'%');

fn escaped(value: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(utf8_percent_encode(value, ESCAPED).to_string()).ok()
}
