//! The client's address, without believing what anybody may write into a header.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use http::{HeaderMap, HeaderName, request::Parts};
use ipnet::IpNet;

use crate::{error::ConfigError, request::unknown_key::UnknownKey, serial::Serial};

static X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
static X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

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
        let ranges = proxies.into_iter().map(|proxy| parse_range(proxy.as_ref()));
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
            Source::BehindProxies(proxies) => forwarded(peer(parts)?, &parts.headers, proxies),
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
        let peer = peer(parts)?;
        if !proxies.iter().any(|range| range.contains(&peer)) {
            return None;
        }
        let mut values = parts.headers.get_all(&X_FORWARDED_PROTO).iter();
        let last = values
            .next_back()?
            .as_bytes()
            .rsplit(|&byte| byte == b',')
            .next()?;
        Some(last.trim_ascii().eq_ignore_ascii_case(b"https"))
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

fn parse_range(text: &str) -> Result<IpNet, ConfigError> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let range = address.or_else(|_| text.parse::<IpNet>()).ok();
    // Addresses are compared in their IPv4 form, so a range of mapped ones would match none.
    let is_mapped = |range: &IpNet| match range {
        IpNet::V4(_) => false,
        IpNet::V6(range) => range.addr().to_ipv4_mapped().is_some(),
    };
    range
        .filter(|range| !is_mapped(range))
        .ok_or_else(|| ConfigError::TrustedProxy {
            range: text.to_owned(),
        })
}

fn peer(parts: &Parts) -> Option<IpAddr> {
    #[cfg(feature = "axum")]
    if let Some(address) = crate::request::axum::connect_info(parts) {
        return Some(address.ip().to_canonical());
    }
    let address = parts.extensions.get::<SocketAddr>()?;
    Some(address.ip().to_canonical())
}

/// Walks `X-Forwarded-For` from the right, past the trusted proxies. Linear in the header.
fn forwarded(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Option<IpAddr> {
    let is_proxy = |address: &IpAddr| proxies.iter().any(|range| range.contains(address));
    let lines: Vec<&[u8]> = headers
        .get_all(&X_FORWARDED_FOR)
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect();
    let entries = lines
        .iter()
        .rev()
        .flat_map(|line| line.rsplit(|&byte| byte == b','));
    let mut client = peer;
    for entry in entries {
        if !is_proxy(&client) {
            break;
        }
        client = parse_entry(entry)?;
    }
    Some(client)
}

/// An address, with or without a port.
fn parse_entry(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let address = bare
        .unwrap_or(text)
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()))
        .ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> Option<String> {
        let mut request = http::Request::new(());
        let peer: IpAddr = peer.parse().unwrap();
        request
            .extensions_mut()
            .insert(SocketAddr::from((peer, 4711)));
        for line in forwarded {
            request
                .headers_mut()
                .append(&X_FORWARDED_FOR, line.parse().unwrap());
        }
        let client_ip = ClientIp::behind_proxies(["10.0.0.0/8", "192.0.2.1", "fd00::/8"]).unwrap();
        let address = client_ip.of(&request.into_parts().0);
        address.map(|address| address.to_string())
    }

    #[test]
    fn headers_of_strangers_are_ignored() {
        assert_eq!(client("203.0.113.7", &["1.2.3.4"]).unwrap(), "203.0.113.7");
        assert_eq!(client("192.0.2.2", &["1.2.3.4"]).unwrap(), "192.0.2.2");
    }

    #[test]
    fn proxies_are_skipped_from_the_right() {
        assert_eq!(client("10.1.1.1", &[]).unwrap(), "10.1.1.1");
        assert_eq!(client("10.1.1.1", &["1.2.3.4"]).unwrap(), "1.2.3.4");
        assert_eq!(
            client("10.1.1.1", &["6.6.6.6, 1.2.3.4"]).unwrap(),
            "1.2.3.4"
        );
        assert_eq!(
            client("10.1.1.1", &["1.2.3.4, 10.2.2.2"]).unwrap(),
            "1.2.3.4"
        );
        assert_eq!(
            client("10.1.1.1", &["1.2.3.4", "192.0.2.1"]).unwrap(),
            "1.2.3.4"
        );
        assert_eq!(client("fd00::1", &["2001:db8::1"]).unwrap(), "2001:db8::1");
        assert_eq!(
            client("::ffff:10.0.0.1", &["1.2.3.4:99"]).unwrap(),
            "1.2.3.4"
        );
        assert_eq!(
            client("fd00::1", &["[2001:db8::1]:99"]).unwrap(),
            "2001:db8::1"
        );
        assert_eq!(
            client("fd00::1", &["[2001:db8::1]"]).unwrap(),
            "2001:db8::1"
        );
        assert_eq!(
            client("10.1.1.1", &["10.3.3.3, 10.2.2.2"]).unwrap(),
            "10.3.3.3"
        );
    }

    #[test]
    fn only_a_trusted_proxy_says_how_the_client_came() {
        let secure = |peer: &str, protocols: &[&str]| {
            let peer: IpAddr = peer.parse().unwrap();
            let mut request = http::Request::builder().extension(SocketAddr::from((peer, 4711)));
            for protocol in protocols {
                request = request.header(&X_FORWARDED_PROTO, *protocol);
            }
            let (parts, ()) = request.body(()).unwrap().into_parts();
            let client_ip = ClientIp::behind_proxies(["10.0.0.0/8"]).unwrap();
            client_ip.forwarded_secure_transport(&parts)
        };
        assert_eq!(secure("10.1.1.1", &["https"]), Some(true));
        assert_eq!(secure("10.1.1.1", &["http"]), Some(false));
        assert_eq!(secure("10.1.1.1", &["https, http"]), Some(false));
        assert_eq!(secure("10.1.1.1", &["http", "HTTPS"]), Some(true));
        assert_eq!(secure("10.1.1.1", &[]), None);
        assert_eq!(secure("203.0.113.7", &["https"]), None);
    }

    #[test]
    fn a_range_of_mapped_addresses_is_refused() {
        for range in ["::ffff:10.0.0.0/104", "10.0.0.0/33", "proxy.internal", ""] {
            let error = ClientIp::behind_proxies([range]).unwrap_err();
            assert!(error.to_string().contains(&format!("`{range}`")), "{error}");
        }
    }

    #[test]
    fn an_entry_that_is_no_address_leaves_the_client_unknown() {
        assert_eq!(client("10.1.1.1", &["unknown"]), None);
        assert_eq!(client("10.1.1.1", &["1.2.3.4, , 10.2.2.2"]), None);
        assert_eq!(
            client("10.1.1.1", &["unknown, 1.2.3.4"]).unwrap(),
            "1.2.3.4"
        );
    }
}
