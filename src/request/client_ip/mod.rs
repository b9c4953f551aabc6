//! The client's address. Headers count only if a trusted proxy has sent them.

mod ignored;
mod unknown;

use std::{
    fmt,
    hash::Hash,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use http::request::Parts;
use ipnet::IpNet;

use crate::{
    error::ConfigError,
    request::{
        forwarded::{self, ProxyHeaders},
        unknown_key::UnknownKey,
    },
    serial::Serial,
};

/// The source of the client's address (`$context.identity.sourceIp`, `aws:SourceIp`, `AuthorizerRequest::source_ip`).
///
/// The default is the peer of the connection: axum's `ConnectInfo<SocketAddr>` (with the feature `axum`), or a
/// [`SocketAddr`] in the request's extensions. Headers count only if they come from proxies that you name:
///
/// ```
/// use tower_lambda_authorizer::{AuthorizerResponse, ClientIp, LambdaAuthorizerLayer, authorizer_fn};
///
/// let authorizer = authorizer_fn(async |_| Ok(AuthorizerResponse::allow("*")));
/// let layer = LambdaAuthorizerLayer::token(authorizer)
///     .client_ip(ClientIp::behind_proxies(["10.0.0.0/8", "fd00::/8"])?);
/// assert!(ClientIp::behind_proxies(["10.0.0.0/33"]).is_err());
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
///
/// # Which header?
///
/// | constructor | address | TLS |
/// |---|---|---|
/// | [`behind_proxies`](Self::behind_proxies) | `X-Forwarded-For` | `X-Forwarded-Proto` |
/// | [`from_forwarded`](Self::from_forwarded) | `for` of `Forwarded` (RFC 7239) | `proto` of `Forwarded` |
///
/// Choose the one that **all of your proxies** set, or append to. Most proxies set `X-Forwarded-For` and do not know
/// `Forwarded`. A proxy passes on a header that it does not know, as the client sent it. So each constructor reads only
/// its own headers, even if they are missing and the others are present. In that case, the client's address of a
/// request from a proxy is not known.
///
/// # If the address is not known
///
/// Then a condition on `aws:SourceIp` makes a `Deny` apply and an `Allow` not apply, and the identity source
/// `context.identity.sourceIp` is missing. The [`Denial`](crate::Denial) names the line of code that is missing.
#[derive(Clone, Default)]
pub struct ClientIp(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Peer,
    BehindProxies(ProxyHeaders, Arc<[IpNet]>),
    Custom(Arc<ClientIpFn>, Serial),
}

type ClientIpFn = dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync;

impl ClientIp {
    /// Uses the address of the connection's peer. This is the default.
    #[must_use]
    pub fn peer() -> Self {
        Self(Source::Peer)
    }

    /// Reads `X-Forwarded-For` and `X-Forwarded-Proto` if the peer is one of these proxies, which are addresses or CIDR
    /// ranges.
    ///
    /// The client is the first address from the right that is not a proxy's, or the leftmost address if all are
    /// proxies'. An entry that is not an address ends the search, and the client's address is unknown. If the peer is
    /// not one of the proxies, it is the client itself, and its headers are ignored. If a proxy sends none of these
    /// headers, the proxy itself is the client, unless it sends `Forwarded`, which is [not read
    /// here](Self#which-header).
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError::TrustedProxy`] if a string is neither an IP address nor a CIDR range, or is an
    /// IPv4-mapped IPv6 range.
    pub fn behind_proxies<P: AsRef<str>>(
        proxies: impl IntoIterator<Item = P>,
    ) -> Result<Self, ConfigError> {
        Self::behind(ProxyHeaders::XForwarded, proxies)
    }

    /// Reads `Forwarded` (RFC 7239) if the peer is one of these proxies, which are addresses or CIDR ranges.
    ///
    /// Use it only if all of the proxies set this header, or append to it: see [which header](Self#which-header). The
    /// client is found as in [`behind_proxies`](Self::behind_proxies), in the elements' `for`. An element without an
    /// address there ends the search, and the client's address is unknown: a `for` that is `unknown` or a name
    /// (`_hidden`), a missing or repeated `for`, or a malformed element. What a client has written before the
    /// proxies' elements does not matter, not even a quote that it has not closed.
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::net::SocketAddr;
    /// use tower_lambda_authorizer::{AuthorizerResponse, ClientIp, LambdaAuthorizerLayer, authorizer_fn};
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     let ip = request.source_ip().map(|ip| ip.to_string());
    ///     Ok(match ip.as_deref() {
    ///         Some("2001:db8::17") => AuthorizerResponse::allow("*"),
    ///         _ => AuthorizerResponse::deny("*"),
    ///     })
    /// }))
    /// .client_ip(ClientIp::from_forwarded(["10.0.0.0/8"])?);
    ///
    /// let proxy = SocketAddr::from(([10, 0, 0, 1], 50_000));
    /// let request = http::Request::get("/pets")
    ///     .extension(proxy)
    ///     .header("authorization", "t")
    ///     .header("forwarded", r#"for=192.0.2.9, for="[2001:db8::17]:4711";proto=https"#)
    ///     .body(())?;
    /// assert!(layer.explain(request).await.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`behind_proxies`](Self::behind_proxies).
    pub fn from_forwarded<P: AsRef<str>>(
        proxies: impl IntoIterator<Item = P>,
    ) -> Result<Self, ConfigError> {
        Self::behind(ProxyHeaders::Forwarded, proxies)
    }

    fn behind<P: AsRef<str>>(
        headers: ProxyHeaders,
        proxies: impl IntoIterator<Item = P>,
    ) -> Result<Self, ConfigError> {
        let ranges = proxies
            .into_iter()
            .map(|proxy| forwarded::parse_range(proxy.as_ref()));
        let proxies: Result<_, _> = ranges.collect();
        Ok(Self(Source::BehindProxies(headers, proxies?)))
    }

    /// Calls a function of the application, which returns the address or `None` if it does not know it.
    ///
    /// An application that runs inside a Lambda function needs one: see [`lambda`](crate::lambda).
    ///
    /// ```
    /// # tokio_test::block_on(async {
    /// use std::net::IpAddr;
    ///
    /// use http::Request;
    /// use tower_lambda_authorizer::{
    ///     AuthorizerResponse, ClientIp, LambdaAuthorizerLayer, authorizer_fn,
    /// };
    ///
    /// // An address that a layer in front has stored.
    /// #[derive(Clone)]
    /// struct Caller(IpAddr);
    ///
    /// let layer = LambdaAuthorizerLayer::token(authorizer_fn(|request| async move {
    ///     let ip = request.source_ip().map(|ip| ip.to_string());
    ///     assert_eq!(ip.as_deref(), Some("203.0.113.9"));
    ///     Ok(AuthorizerResponse::allow("*"))
    /// }))
    /// .client_ip(ClientIp::from_fn(|parts| {
    ///     parts.extensions.get().map(|Caller(ip)| *ip)
    /// }));
    ///
    /// let caller = Caller("203.0.113.9".parse()?);
    /// let request = Request::get("/pets").header("authorization", "t").extension(caller).body(())?;
    /// assert!(layer.explain(request).await.is_allowed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    #[must_use]
    pub fn from_fn(client_ip: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self(Source::Custom(Arc::new(client_ip), Serial::next()))
    }

    pub(crate) fn of(&self, parts: &Parts) -> Option<IpAddr> {
        match &self.0 {
            Source::Peer => peer(parts),
            Source::BehindProxies(headers, proxies) => {
                let client = headers.client(peer(parts)?, &parts.headers, proxies);
                client.ok()
            }
            Source::Custom(client_ip, _) => client_ip(parts),
        }
    }

    /// Differs for different settings.
    pub(crate) fn distinction(&self) -> impl Hash + '_ {
        match &self.0 {
            Source::Peer => (None, None),
            Source::BehindProxies(headers, proxies) => (Some((headers, proxies)), None),
            Source::Custom(_, serial) => (None, Some(serial)),
        }
    }

    /// The reason why [`of`](Self::of) returned `None`, and the remedy.
    pub(crate) fn why_unknown(&self, parts: &Parts) -> &'static UnknownKey {
        match (&self.0, peer(parts)) {
            (Source::Custom(..), _) => unknown::without_answer(),
            (Source::BehindProxies(headers, proxies), Some(peer)) => {
                match headers.client(peer, &parts.headers, proxies) {
                    Err(problem) => unknown::without_client(*headers, problem),
                    Ok(_) => unknown::without_peer(parts),
                }
            }
            (Source::Peer | Source::BehindProxies(..), _) => unknown::without_peer(parts),
        }
    }

    /// Whether the client used TLS, if a trusted proxy says whether it did.
    pub(crate) fn forwarded_secure_transport(&self, parts: &Parts) -> Option<bool> {
        let Source::BehindProxies(headers, proxies) = &self.0 else {
            return None;
        };
        headers.is_secure(peer(parts)?, &parts.headers, proxies)
    }
}

impl ClientIp {
    /// Where the address comes from, for people.
    pub(crate) fn described(&self) -> String {
        match &self.0 {
            Source::Peer => "the connection's peer".to_owned(),
            Source::BehindProxies(headers, proxies) => format!("{headers:?} of {proxies:?}"),
            Source::Custom(..) => "a function of the application".to_owned(),
        }
    }
}

impl fmt::Debug for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Peer => f.write_str("Peer"),
            Source::BehindProxies(headers, proxies) => {
                let mut tuple = f.debug_tuple("BehindProxies");
                tuple.field(headers).field(proxies).finish()
            }
            Source::Custom(..) => f.write_str("Custom"),
        }
    }
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    #[cfg(feature = "axum")]
    if let Some(address) = crate::request::axum::connect_info(parts) {
        return Some(address.ip().to_canonical());
    }
    let address = parts.extensions.get::<SocketAddr>()?;
    Some(address.ip().to_canonical())
}
