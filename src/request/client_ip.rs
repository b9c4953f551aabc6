//! The client's address, without believing what anybody may write into a header.

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

/// Where the client's address (`$context.identity.sourceIp`, `AuthorizerRequest::source_ip`) comes
/// from.
///
/// By default it is the peer of the connection: axum's `ConnectInfo<SocketAddr>` (with the feature
/// `axum`) or a [`SocketAddr`] in the request's extensions. Headers count only behind proxies that are
/// named:
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
    "the request does not say who its peer is: serve with `into_make_service_with_connect_info::<SocketAddr>()` (axum, \
     and this crate's feature `axum`), or insert the peer's `SocketAddr` into the request's extensions, or set \
     `client_ip(ClientIp::from_fn(…))` of the layer",
);
static NOT_FORWARDED: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "`X-Forwarded-For` has an entry that is not an address: have the proxies that `ClientIp::behind_proxies` names write \
     addresses",
);
static NO_ANSWER: UnknownKey = UnknownKey::new(
    SOURCE_IP,
    "the function that `ClientIp::from_fn` was given does not know it",
);
const SOURCE_IP: &str = "aws:SourceIp";

type ClientIpFn = dyn Fn(&Parts) -> Option<IpAddr> + Send + Sync;

impl ClientIp {
    /// The peer of the connection: the default.
    #[must_use]
    pub fn peer() -> Self {
        Self(Source::Peer)
    }

    /// Reads `X-Forwarded-For` where the peer is one of these proxies (addresses or CIDR ranges): from
    /// the right, the first address that is not a proxy's. Any other peer is the client itself,
    /// whatever headers it sends. An entry that is no address ends the search without a result: then
    /// the client is unknown.
    ///
    /// # Errors
    ///
    /// [`ConfigError::TrustedProxy`] where a text is neither an address nor a CIDR range.
    pub fn behind_proxies<P: AsRef<str>>(
        proxies: impl IntoIterator<Item = P>,
    ) -> Result<Self, ConfigError> {
        let ranges = proxies
            .into_iter()
            .map(|proxy| forwarded::parse_range(proxy.as_ref()));
        let proxies: Result<_, _> = ranges.collect();
        Ok(Self(Source::BehindProxies(proxies?)))
    }

    /// Asks a function of the application. An app inside of a Lambda function needs one: see [`lambda`](crate::lambda).
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

    /// What tells it from others.
    pub(crate) fn distinction(&self) -> String {
        match &self.0 {
            Source::Peer => "peer".to_owned(),
            Source::BehindProxies(proxies) => format!("behind {proxies:?}"),
            Source::Custom(_, serial) => format!("custom {serial}"),
        }
    }

    /// Why [`of`](Self::of) does not know the address, and what to do about it.
    pub(crate) fn why_unknown(&self, parts: &Parts) -> &'static UnknownKey {
        match &self.0 {
            Source::BehindProxies(_) if peer(parts).is_some() => &NOT_FORWARDED,
            Source::Peer | Source::BehindProxies(_) => &NO_PEER,
            Source::Custom(..) => &NO_ANSWER,
        }
    }

    /// Whether the client came by TLS, where a trusted proxy says so or the contrary.
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
