//! The client's address. Headers count only if a trusted proxy has sent them.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use http::request::Parts;
use ipnet::IpNet;

use crate::{
    error::ConfigError,
    request::{forwarded, unknown_key::UnknownKey},
    serial::Serial,
};

/// The source of the client's address (`$context.identity.sourceIp`, `AuthorizerRequest::source_ip`).
///
/// The default is the peer of the connection: axum's `ConnectInfo<SocketAddr>` (with the feature `axum`), or a
/// [`SocketAddr`] in the request's extensions. Headers count only if they come from proxies that you name:
///
/// ```
/// use tower_lambda_authorizer::ClientIp;
///
/// let client_ip = ClientIp::behind_proxies(["10.0.0.0/8", "fd00::/8"])?;
/// assert!(ClientIp::behind_proxies(["10.0.0.0/33"]).is_err());
/// # let _ = client_ip;
/// # Ok::<(), tower_lambda_authorizer::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct ClientIp(Source);

#[derive(Clone, Default)]
enum Source {
    #[default]
    Peer,
    BehindProxies(Arc<[IpNet]>),
    Custom(Arc<ClientIpFn>, Serial),
}

static NO_PEER: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the request does not contain the peer's address: serve with \
     `into_make_service_with_connect_info::<SocketAddr>()` (axum, with this crate's feature `axum`), or insert the \
     peer's `SocketAddr` into the request's extensions, or call the layer's `client_ip(ClientIp::from_fn(…))`",
);
static NOT_FORWARDED: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "`X-Forwarded-For` has an entry that is not an address: configure the proxies of `ClientIp::behind_proxies` so \
     that they write addresses",
);
static NO_ANSWER: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the function in `ClientIp::from_fn` returned `None`: let it return the client's address",
);
const SOURCE_IP: &str = "aws:SourceIp";

type ClientIpFn = dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync;

impl ClientIp {
    /// Uses the address of the connection's peer. This is the default.
    #[must_use]
    pub fn peer() -> Self {
        Self(Source::Peer)
    }

    /// Reads `X-Forwarded-For` if the peer is one of these proxies, which are addresses or CIDR ranges.
    ///
    /// The client is the first address from the right that is not a proxy's, or the leftmost address if all are
    /// proxies'. An entry that is not an address ends the search, and the client's address is unknown. If the peer is
    /// not one of the proxies, it is the client itself, and its headers are ignored.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TrustedProxy`] if a string is neither an IP address nor a CIDR range, or is an IPv4-mapped IPv6
    /// range.
    pub fn behind_proxies<P: AsRef<str>>(
        proxies: impl IntoIterator<Item = P>,
    ) -> Result<Self, ConfigError> {
        let ranges = proxies
            .into_iter()
            .map(|proxy| forwarded::parse_range(proxy.as_ref()));
        let proxies: Result<_, _> = ranges.collect();
        Ok(Self(Source::BehindProxies(proxies?)))
    }

    /// Calls a function of the application, which returns the address or `None` if it does not know it.
    ///
    /// An application that runs inside a Lambda function needs one: see [`lambda`](crate::lambda).
    #[must_use]
    pub fn from_fn(client_ip: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self(Source::Custom(Arc::new(client_ip), Serial::next()))
    }

    pub(crate) fn of(&self, parts: &Parts) -> Option<IpAddr> {
        match &self.0 {
            Source::Peer => peer(parts),
            Source::BehindProxies(proxies) => {
                forwarded::client(peer(parts)?, &parts.headers, proxies)
            }
            Source::Custom(client_ip, _) => client_ip(parts),
        }
    }

    /// A string that differs for different settings.
    pub(crate) fn distinction(&self) -> String {
        match &self.0 {
            Source::Peer => "peer".to_owned(),
            Source::BehindProxies(proxies) => format!("behind {proxies:?}"),
            Source::Custom(_, serial) => format!("custom {serial}"),
        }
    }

    /// The reason why [`of`](Self::of) returned `None`, and the remedy.
    pub(crate) fn why_unknown(&self, parts: &Parts) -> &'static UnknownKey {
        match &self.0 {
            Source::BehindProxies(_) if peer(parts).is_some() => &NOT_FORWARDED,
            Source::Peer | Source::BehindProxies(_) => &NO_PEER,
            Source::Custom(..) => &NO_ANSWER,
        }
    }

    /// Whether the client used TLS, if a trusted proxy says whether it did.
    pub(crate) fn forwarded_secure_transport(&self, parts: &Parts) -> Option<bool> {
        let Source::BehindProxies(proxies) = &self.0 else {
            return None;
        };
        forwarded::is_secure(peer(parts)?, &parts.headers, proxies)
    }
}

impl fmt::Debug for ClientIp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Peer => f.write_str("Peer"),
            Source::BehindProxies(proxies) => {
                f.debug_tuple("BehindProxies").field(proxies).finish()
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
