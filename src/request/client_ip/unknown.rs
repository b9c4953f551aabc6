//! Why the client's address is not known, and the line of code that makes it known.

use http::request::Parts;

use crate::request::{
    forwarded::{NoClient, ProxyHeaders},
    unknown_key::UnknownKey,
};

const SOURCE_IP: &str = "aws:SourceIp";

#[cfg(feature = "axum")]
static NO_PEER: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the request does not contain the peer's address. With axum, serve with \
     `app.into_make_service_with_connect_info::<SocketAddr>()`. With another server, insert the peer's `SocketAddr` \
     into each request: `request.extensions_mut().insert(peer)`. Or call the layer's `client_ip(ClientIp::from_fn(…))`. \
     With the command `lambda-authorizer`, pass `--source-ip`",
);
#[cfg(not(feature = "axum"))]
static NO_PEER: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the request does not contain the peer's address. With axum, turn on the feature `axum` of \
     `tower-lambda-authorizer`, and serve with `app.into_make_service_with_connect_info::<SocketAddr>()`. With another \
     server, insert the peer's `SocketAddr` into each request: `request.extensions_mut().insert(peer)`. Or call the \
     layer's `client_ip(ClientIp::from_fn(…))`. With the command `lambda-authorizer`, pass `--source-ip`",
);
#[cfg(feature = "axum")]
static NO_CONNECT_INFO: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the router was served without the peer's address: write `axum::serve(listener, \
     app.into_make_service_with_connect_info::<SocketAddr>())`. In a test without a server, put \
     `MockConnectInfo(SocketAddr::from(([127, 0, 0, 1], 3000)))` around the router",
);
static NO_ANSWER: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the function in `ClientIp::from_fn` returned `None`: let it return the client's address",
);
static X_FORWARDED_NOT_AN_ADDRESS: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "`X-Forwarded-For` has an entry that is not an address: configure the proxies of `ClientIp::behind_proxies` so \
     that they write addresses",
);
static FORWARDED_NOT_AN_ADDRESS: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "an element of `Forwarded` has no address in `for`: it is malformed, or its `for` is missing, `unknown` or a name \
     such as `_hidden`. Configure the proxies of `ClientIp::from_forwarded` so that they write addresses, such as \
     `for=192.0.2.1` or `for=\"[2001:db8::1]\"`",
);
static SENT_FORWARDED: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the proxy sent `Forwarded` but not `X-Forwarded-For`, which is the only one that `ClientIp::behind_proxies` reads. \
     If your proxies set `Forwarded`, call the layer's `client_ip(ClientIp::from_forwarded([…])?)` instead. If the \
     client set it, configure the proxies so that they set `X-Forwarded-For`",
);
static SENT_X_FORWARDED: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the proxy sent `X-Forwarded-For` but not `Forwarded`, which is the only one that `ClientIp::from_forwarded` reads. \
     If your proxies set `X-Forwarded-For`, call the layer's `client_ip(ClientIp::behind_proxies([…])?)` instead. If the \
     client set it, configure the proxies so that they set `Forwarded`",
);

/// For a request without the address of its peer.
pub(super) fn without_peer(parts: &Parts) -> &'static UnknownKey {
    #[cfg(feature = "axum")]
    if crate::request::axum::is_routed(parts) {
        return &NO_CONNECT_INFO;
    }
    #[cfg(not(feature = "axum"))]
    let _ = parts;
    &NO_PEER
}

/// For a function of the application that does not know the address.
pub(super) fn without_answer() -> &'static UnknownKey {
    &NO_ANSWER
}

/// For headers of a trusted proxy that do not tell the address.
pub(super) fn without_client(headers: ProxyHeaders, problem: NoClient) -> &'static UnknownKey {
    match (headers, problem) {
        (ProxyHeaders::XForwarded, NoClient::NotAnAddress) => &X_FORWARDED_NOT_AN_ADDRESS,
        (ProxyHeaders::Forwarded, NoClient::NotAnAddress) => &FORWARDED_NOT_AN_ADDRESS,
        (ProxyHeaders::XForwarded, NoClient::OtherHeaders) => &SENT_FORWARDED,
        (ProxyHeaders::Forwarded, NoClient::OtherHeaders) => &SENT_X_FORWARDED,
    }
}
