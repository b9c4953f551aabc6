//! What trusted proxies say about the client, in the headers that the application has named.

mod rfc7239;
#[cfg(test)]
mod tests;
mod x_forwarded;

use std::net::IpAddr;

use http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use crate::error::ConfigError;

/// The headers that an application's proxies set. The others are never read instead: a proxy passes on a header that it
/// does not set, as the client sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum ProxyHeaders {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Why the headers of a trusted proxy do not tell the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoClient {
    /// The entry that counts is not an address.
    NotAnAddress,
    /// The proxy has set no header of this kind, but there is one of the other kind.
    OtherHeaders,
}

impl ProxyHeaders {
    fn addresses(self) -> &'static HeaderName {
        match self {
            Self::XForwarded => &x_forwarded::FOR,
            Self::Forwarded => &rfc7239::FORWARDED,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::XForwarded => Self::Forwarded,
            Self::Forwarded => Self::XForwarded,
        }
    }

    pub(super) fn are_in(self, headers: &HeaderMap) -> bool {
        headers.contains_key(self.addresses())
    }

    /// The addresses in the header, the nearest proxy's entry first.
    pub(super) fn listed(self, headers: &HeaderMap) -> impl Iterator<Item = IpAddr> + '_ {
        let lines = lines(headers, self.addresses());
        let listed = lines.flat_map(move |line| -> Box<dyn Iterator<Item = Option<IpAddr>>> {
            match self {
                Self::XForwarded => Box::new(x_forwarded::addresses(line)),
                Self::Forwarded => Box::new(rfc7239::addresses(line)),
            }
        });
        listed.flatten()
    }

    /// The client's address: the first one from the right that is not a trusted proxy's. Takes time linear in the
    /// header.
    pub(super) fn client(
        self,
        peer: IpAddr,
        headers: &HeaderMap,
        proxies: &[IpNet],
    ) -> Result<IpAddr, NoClient> {
        if !is_in(&peer, proxies) {
            return Ok(peer);
        }
        if !self.are_in(headers) && self.other().are_in(headers) {
            return Err(NoClient::OtherHeaders);
        }
        let lines = lines(headers, self.addresses());
        let client = match self {
            Self::XForwarded => walk(peer, lines.flat_map(x_forwarded::addresses), proxies),
            Self::Forwarded => walk(peer, lines.flat_map(rfc7239::addresses), proxies),
        };
        client.ok_or(NoClient::NotAnAddress)
    }

    /// Whether the client used TLS. Only a trusted proxy can say so, and the nearest one counts.
    pub(super) fn is_secure(
        self,
        peer: IpAddr,
        headers: &HeaderMap,
        proxies: &[IpNet],
    ) -> Option<bool> {
        if !is_in(&peer, proxies) {
            return None;
        }
        match self {
            Self::XForwarded => x_forwarded::is_secure(headers),
            Self::Forwarded => rfc7239::is_secure(headers),
        }
    }
}

/// The lines of a header, the last one first.
fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    let lines = headers.get_all(name).iter().rev();
    lines.map(http::HeaderValue::as_bytes)
}

/// Goes from the peer to the first address that is not a proxy's. `None` if it reaches an entry that is not an address.
fn walk(
    peer: IpAddr,
    entries: impl Iterator<Item = Option<IpAddr>>,
    proxies: &[IpNet],
) -> Option<IpAddr> {
    let mut client = peer;
    for entry in entries {
        if !is_in(&client, proxies) {
            break;
        }
        client = entry?;
    }
    Some(client)
}

pub(super) fn is_in(address: &IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|range| range.contains(address))
}

/// Parses an IP address or a CIDR range.
pub(super) fn parse_range(text: &str) -> Result<IpNet, ConfigError> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    let range = address.or_else(|_| text.parse::<IpNet>()).ok();
    // IPv4-mapped addresses are compared as IPv4, so a range of mapped addresses would match nothing.
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
