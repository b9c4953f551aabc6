//! Forwarded headers that do not count, because they come from a proxy that the application has not named.

use std::net::IpAddr;

use http::request::Parts;

use super::{ClientIp, Source, peer};
use crate::request::forwarded::{ProxyHeaders, is_in};

/// The most addresses of a header that are examined.
const MAX_ADDRESSES: usize = 16;

/// A header of a request that does not count.
#[derive(Debug)]
pub(crate) struct Ignored {
    pub(crate) peer: IpAddr,
    /// The header's name in its usual spelling.
    pub(crate) header: &'static str,
    /// The constructor of a [`ClientIp`] that reads this header.
    pub(crate) constructor: &'static str,
    /// Whether the application uses that constructor, with other proxies.
    pub(crate) names_other_proxies: bool,
    /// The addresses in the header, from the right.
    pub(crate) addresses: Vec<IpAddr>,
}

impl ClientIp {
    /// The forwarded headers that do not count although the peer may be the application's proxy.
    pub(crate) fn ignored(&self, parts: &Parts) -> Vec<Ignored> {
        let Some(peer) = peer(parts) else {
            return Vec::new();
        };
        let (kinds, names_other_proxies) = match &self.0 {
            Source::Peer => (
                &[ProxyHeaders::XForwarded, ProxyHeaders::Forwarded][..],
                false,
            ),
            Source::BehindProxies(kind, proxies) if !is_in(&peer, proxies) => {
                (std::slice::from_ref(kind), true)
            }
            Source::BehindProxies(..) | Source::Custom(..) => return Vec::new(),
        };
        let present = kinds.iter().filter(|kind| kind.are_in(&parts.headers));
        let ignored = present.map(|kind| {
            let (header, constructor) = match kind {
                ProxyHeaders::XForwarded => ("X-Forwarded-For", "behind_proxies"),
                ProxyHeaders::Forwarded => ("Forwarded", "from_forwarded"),
            };
            let addresses = kind.listed(&parts.headers).take(MAX_ADDRESSES);
            Ignored {
                peer,
                header,
                constructor,
                names_other_proxies,
                addresses: addresses.collect(),
            }
        });
        ignored.collect()
    }
}
