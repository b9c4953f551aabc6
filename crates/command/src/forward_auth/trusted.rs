//! The proxies that may ask.

use std::{net::SocketAddr, sync::Arc};

use ipnet::IpNet;

use crate::log;

/// The proxies that may ask. Each of them can claim anything about a request, such as the client's address.
#[derive(Clone)]
pub(super) struct Trusted(Arc<[IpNet]>);

impl Trusted {
    pub(super) fn new(ranges: &[IpNet]) -> Self {
        Self(ranges.into())
    }

    /// If a peer may not ask, the log says what to do.
    pub(super) fn may_ask(&self, peer: Option<SocketAddr>) -> bool {
        let Some(peer) = peer else {
            return false;
        };
        let address = peer.ip().to_canonical();
        let may_ask = self.0.iter().any(|range| range.contains(&address));
        if !may_ask {
            log::error(&format!(
                "403 for {address}, which is not a trusted peer: if it is your proxy, add `--trusted-peer {address}`"
            ));
        }
        may_ask
    }
}
