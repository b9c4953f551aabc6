//! The proxies that may ask.

use std::{net::SocketAddr, sync::Arc};

use ipnet::IpNet;

use crate::log;

/// Whoever may ask can say anything about a request, such as the client's address.
#[derive(Clone)]
pub(super) struct Trusted(Arc<[IpNet]>);

impl Trusted {
    pub(super) fn new(ranges: &[IpNet]) -> Self {
        Self(ranges.into())
    }

    /// The peer, if it may ask. Otherwise the log says what to do.
    pub(super) fn check(&self, peer: Option<SocketAddr>) -> Option<SocketAddr> {
        let peer = peer?;
        let address = peer.ip().to_canonical();
        if self.0.iter().any(|range| range.contains(&address)) {
            return Some(peer);
        }
        log::error(&format!(
            "403 for {address}, which is not a trusted peer: if it is your proxy, add `--trusted-peer {address}`"
        ));
        None
    }
}
